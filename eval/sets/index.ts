import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readChroma } from './chroma.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { readQmsum } from './qmsum.ts';

const READERS = { qmsum: readQmsum, chroma: readChroma };

/** Reads the sets that a folder holds. @throws Error when it holds none */
export async function readSets(folder: string): Promise<EvaluationSet[]> {
  const sets: EvaluationSet[] = [];
  for (const [name, read] of Object.entries(READERS)) {
    if (existsSync(join(folder, name))) sets.push(await read(join(folder, name)));
  }
  if (sets.length > 0) return sets;
  const names = Object.keys(READERS).join(' or ');
  throw new Error(
    `no ${names} in ${folder}: the sets are not part of the repository, see docs/retrieval.md`,
  );
}
