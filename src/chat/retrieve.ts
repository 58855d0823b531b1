import type { Repositories } from '../repositories/index.ts';
import { heardAt } from '../retrieval/playhead.ts';
import { search } from '../retrieval/search.ts';
import {
  type PreparedSearch,
  type SearchDependencies,
  searchOnSnapshot,
} from '../retrieval/search-on-snapshot.ts';
import type { Coverage } from '../schemas/messages.ts';
import { hitsAround, termsToFind } from './around-playhead.ts';
import type { TakenQuestion } from './compose-answer.ts';
import { type CitablePassage, readPassages } from './passages.ts';
import { searchQuestion } from './search-question.ts';

/** What an answer is made from. */
export type Material = {
  passages: CitablePassage[];
  /** The terms of the question, as search understood them. */
  terms: string[];
  coverage: Coverage;
  /** How many there are to read, where all are to be read. */
  chunksInScope?: number;
};

type Asked = Pick<
  TakenQuestion,
  'userId' | 'messageId' | 'content' | 'history' | 'scope' | 'playhead' | 'signal'
>;

/** Passages that an answer is made from. */
const PASSAGES = 8;

/** Finds the passages that fit a question, and reads them as they were found. */
export async function retrieve(
  dependencies: SearchDependencies,
  { userId, messageId, content, history, scope: checked, playhead, signal }: Asked,
): Promise<Material> {
  const scope = heardAt(checked, playhead);
  // At a playhead “she” and “that” point at the moment, and not at what was asked before.
  const query = playhead ? content : searchQuestion(content, history);
  const asker = { userId, messageId };
  const asked = { asker, query, scope, limit: PASSAGES };
  return searchOnSnapshot(dependencies, asked, read, signal);

  async function read(repositories: Repositories, request: PreparedSearch): Promise<Material> {
    const found = await search(repositories, userId, request);
    const { extent } = found;
    const terms = termsToFind(found.terms, playhead);
    const hits = playhead
      ? await hitsAround(repositories, userId, scope, playhead, { ...found, terms }, PASSAGES)
      : found.hits;
    const passages = await readPassages(repositories, userId, hits, scope);
    const coverage: Coverage = {
      transcriptsInScope: extent.transcripts,
      transcriptsRead: new Set(passages.map((passage) => passage.transcriptId)).size,
      chunksRead: hits.length,
      mode: 'lookup',
    };
    return { passages, terms, coverage };
  }
}
