import { createRepositories, type Repositories } from '../src/repositories/index.ts';
import { RERANK } from '../src/repositories/lexical-rerank.ts';
import {
  createLexicalSearchRepository,
  NEIGHBOUR,
  type RankingWeights,
} from '../src/repositories/lexical-search.ts';
import { askAltered, type Variant } from './ask.ts';
import type { ImportedSet } from './import-set.ts';
import { nameOf, shortRow } from './report.ts';
import { scoreAll, summarise } from './score.ts';
import { withStopWords } from './stop-words.ts';
import { misspell } from './typos.ts';
import type { Workspace } from './workspace.ts';

/** The lexical leg alone, with other weights than search has. */
const lexical = (weights: RankingWeights): Variant => ({
  mode: 'lexical',
  open: (db) => ({
    ...createRepositories(db),
    lexicalSearch: createLexicalSearchRepository(db, weights),
  }),
});

const windows = { ...RERANK, transcript: 0, pair: 0 };
const uncorrected = (repositories: Repositories): Repositories => ({
  ...repositories,
  searchIndex: { ...repositories.searchIndex, correct: async () => new Map() },
});

/** What search is made of, one part after another, and then what happens to a mistyped word. */
const VARIANTS: Record<string, Variant> = {
  BM25: lexical({ neighbour: 0 }),
  '+ neighbours': lexical({ neighbour: NEIGHBOUR }),
  '+ windows': lexical({ neighbour: NEIGHBOUR, rerank: windows }),
  '+ transcripts': lexical({
    neighbour: NEIGHBOUR,
    rerank: { ...windows, transcript: RERANK.transcript },
  }),
  '+ pairs (the lexical leg)': { mode: 'lexical' },
  '+ hashed leg (the default)': {},
  'a typo in each question': { word: misspell },
  'the same, uncorrected': { word: misspell, open: (db) => uncorrected(createRepositories(db)) },
  'no typo, uncorrected': { open: (db) => uncorrected(createRepositories(db)) },
};

/** Prints what each part of the ranking contributes. The stop words come last: they are put back in. */
export async function printAblation(
  workspace: Workspace,
  sets: readonly ImportedSet[],
): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const row = await measure(workspace, sets, variant);
    rows[name] = row;
    // As it comes: all of them together take minutes.
    console.log(`  ${name}: ${Object.values(row).join(', ')}`);
  }
  await withStopWords(workspace.dependencies.db, async () => {
    rows['the default, stop words kept'] = await measure(workspace, sets, {});
  });
  console.table(rows);
}

async function measure(
  workspace: Workspace,
  sets: readonly ImportedSet[],
  variant: Variant,
): Promise<Record<string, string>> {
  const row: Record<string, string> = {};
  for (const imported of sets) {
    for (const task of imported.set.tasks) {
      const ask = askAltered(workspace, imported, variant);
      const scores = await scoreAll(imported, task.mode, ask);
      row[nameOf(imported.set, task)] = shortRow(summarise(scores));
    }
  }
  return row;
}
