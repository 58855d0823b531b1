import { readFile } from 'node:fs/promises';
import type { Passage } from '../metrics.ts';
import { sharedSize } from '../words.ts';
import type { BaselineDocuments } from './evaluation-set.ts';

/** Reads which documents answer which question: a question, a document and a 1 in each line. */
export async function readRelevant(file: string): Promise<Map<string, Set<string>>> {
  const relevant = new Map<string, Set<string>>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [question, document] = line.split('\t');
    if (!question || !document) continue;
    const known = relevant.get(question);
    if (known) known.add(document);
    else relevant.set(question, new Set([document]));
  }
  return relevant;
}

/** The document of the baselines that a passage shares most words with, as `name#index`. */
export function documentOf({ boundaries }: BaselineDocuments, passage: Passage): string {
  const starts = boundaries.get(passage.document) ?? [];
  let best = { index: 0, shared: 0 };
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    if (end === undefined || start >= passage.end) break;
    if (end <= passage.start) continue;
    const shared = sharedSize([passage], [{ start, end }]);
    if (shared > best.shared) best = { index, shared };
  }
  return `${passage.document}#${best.index}`;
}
