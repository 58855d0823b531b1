import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { toWords, wordSpans } from '../words.ts';
import { readRelevant } from './baseline-documents.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { readJsonLines } from './json-lines.ts';

/** `references` are spans of characters, the end excluded. */
const Query = Type.Object({
  id: Type.String(),
  text: Type.String(),
  group: Type.String(),
  references: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});

/** What the baselines were measured on, `start_index` in characters. */
const Document = Type.Object({ group: Type.String(), start_index: Type.Integer() });

/** Long texts of five kinds, as plain text; questions with the spans that answer. */
export async function readChroma(folder: string): Promise<EvaluationSet> {
  const queries = await readJsonLines(join(folder, 'queries.jsonl'), Query);
  const names = [...new Set(queries.map((query) => query.group))];
  const documents = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, 'corpora', `${name}.md`), 'utf8');
      return { name, text, body: { title: name, language: 'en', format: 'text', text } };
    }),
  );
  const words = new Map(documents.map(({ name, text }) => [name, wordSpans(text)]));
  const starts = Map.groupBy(
    await readJsonLines(join(folder, 'docs.jsonl'), Document),
    (document) => document.group,
  );
  const boundaries = new Map(
    Array.from(words, ([name, spans]) => {
      const first = (starts.get(name) ?? []).map(
        ({ start_index: start }) => toWords(spans, { start, end: start }).end,
      );
      return [name, [...first, spans.length]];
    }),
  );
  return {
    name: 'chroma',
    documents,
    questions: queries.map(({ id, text, group, references }) => ({
      id,
      text,
      document: group,
      gold: references.map(([start, end]) => toWords(words.get(group) ?? [], { start, end })),
    })),
    halfGoldCounts: false,
    baseline: { boundaries, relevant: await readRelevant(join(folder, 'qrels.tsv')) },
    tasks: [
      {
        mode: 'library',
        baseline: { ndcg: 0.769, recall: 0.91 },
        target: { ndcg: 0.775, recall: 0.925 },
      },
    ],
  };
}
