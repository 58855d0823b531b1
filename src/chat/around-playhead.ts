import type { Repositories } from '../repositories/index.ts';
import { type FusedHit, unscored } from '../retrieval/fusion.ts';
import { AROUND_MS } from '../retrieval/playhead.ts';
import type { SearchResult } from '../retrieval/search.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { locateMoment } from './moments.ts';
import type { Sentence } from './sentences.ts';

/** Passages around the moment, of all that an answer is made from; they hold some two minutes. */
const AROUND = 4;

/** English words, as PostgreSQL stems them, that ask for what was said and not for its subject. */
const OF_SAYING = new Set([
  'explain',
  'happen',
  'mean',
  'mention',
  'said',
  'say',
  'speak',
  'talk',
  'tell',
  'told',
]);

/** The terms that a question at a playhead has something said looked for by. */
export function termsToFind(terms: readonly string[], playhead: Playhead | undefined): string[] {
  const others = terms.filter((term) => !OF_SAYING.has(term));
  // "What did he just say?" means the moment, "Who said mill?" the mill.
  return playhead && others.length === 0 ? [] : [...terms];
}

/**
 * What a question at a playhead is answered from. `nearby`, and where there is no word to look for:
 * first what is said around the moment, the nearest first, then what was found. Else, up to here,
 * what was found, and what was said last.
 *
 * @param scope that was searched
 * @returns `limit` hits at most
 */
export async function hitsAround(
  { playhead: moments }: Repositories,
  userId: string,
  scope: ResolvedScope,
  playhead: Playhead,
  { hits, terms, cut }: Pick<SearchResult, 'hits' | 'terms' | 'cut'>,
  limit: number,
): Promise<FusedHit[]> {
  const known = new Map(hits.map((hit) => [hit.chunkId, hit]));
  const toHit = (chunkId: string) => known.get(chunkId) ?? unscored(chunkId);
  const last = cut.slice(0, AROUND).map((chunk) => chunk.chunkId);
  if (playhead.mode === 'upToHere' && terms.length > 0) {
    const missing = last.filter((chunkId) => !known.has(chunkId)).map(toHit);
    return [...hits.slice(0, limit - missing.length), ...missing];
  }
  const window = { atMs: playhead.atMs, withinMs: AROUND_MS };
  const near = await moments.listNear(userId, scope, playhead.transcriptId, window, AROUND);
  const around = [...last, ...near.map((chunk) => chunk.chunkId)].slice(0, AROUND);
  const others = hits.filter(({ chunkId }) => !around.includes(chunkId));
  return [...around.map(toHit), ...others].slice(0, limit);
}

/**
 * The sentences that answer a question without a word to look for, as in "What did he just say?":
 * the last ones that had begun at the playhead, in the order in which they were said; without one,
 * or before the first word, those that come first.
 */
export function justSaid(
  sentences: readonly Sentence[],
  playhead: Playhead | undefined,
  count: number,
): Sentence[] {
  const begun = sentences
    .filter(({ passage }) => passage.transcriptId === playhead?.transcriptId.toLowerCase())
    .map((sentence) => ({
      sentence,
      ...locateMoment(sentence.passage, sentence.from, sentence.to),
    }))
    .filter(({ startMs }) => startMs !== null && startMs <= (playhead?.atMs ?? 0))
    .sort((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0) || a.sentence.from - b.sentence.from)
    .map(({ sentence }) => sentence);
  return begun.length > 0 ? begun.slice(-count) : sentences.slice(0, count);
}
