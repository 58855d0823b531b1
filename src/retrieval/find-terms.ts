import type { Repositories } from '../repositories/index.ts';
import { mayBeMisspelt } from './misspelling.ts';

/**
 * The terms of a question; one that the library does not hold gives way to its nearest spelling,
 * unless that is another word: a guess costs more than a word that nobody said.
 */
export async function findTerms(
  { searchIndex }: Repositories,
  userId: string,
  query: string,
): Promise<string[]> {
  const terms = await searchIndex.analyze(userId, query);
  const unknown = terms.filter((term) => !term.known).map((term) => term.term);
  const corrections = await searchIndex.correct(userId, unknown);
  const spelled = terms.map(({ term }) => {
    const correction = corrections.get(term);
    return correction !== undefined && mayBeMisspelt(term, correction) ? correction : term;
  });
  return [...new Set(spelled)];
}
