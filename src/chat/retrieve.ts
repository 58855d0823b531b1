import { type SearchDependencies, search, searchOnSnapshot } from '../retrieval/search.ts';
import type { Coverage } from '../schemas/messages.ts';
import type { TakenQuestion } from './compose-answer.ts';
import { type CitablePassage, readPassages } from './passages.ts';

/** What an answer is made from. */
export type Material = {
  passages: CitablePassage[];
  /** The terms of the question, as search understood them. */
  terms: string[];
  coverage: Coverage;
};

/** Passages that an answer is made from. */
const PASSAGES = 8;

/** Finds the passages that fit a question, and reads them as they were found. */
export async function retrieve(
  dependencies: SearchDependencies,
  {
    userId,
    content,
    scope,
    signal,
  }: Pick<TakenQuestion, 'userId' | 'content' | 'scope' | 'signal'>,
): Promise<Material> {
  const asked = { query: content, scope, limit: PASSAGES };
  return searchOnSnapshot(
    dependencies,
    asked,
    async (repositories, request) => {
      const { hits, terms, extent } = await search(repositories, userId, request);
      const passages = await readPassages(repositories, userId, hits, scope);
      const coverage: Coverage = {
        transcriptsInScope: extent.transcripts,
        transcriptsRead: new Set(passages.map((passage) => passage.transcriptId)).size,
        chunksRead: passages.length,
        mode: 'lookup',
      };
      return { passages, terms, coverage };
    },
    signal,
  );
}
