import type { Repositories } from '../repositories/index.ts';
import type { Place } from '../repositories/library.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { SearchHit } from '../schemas/search.ts';
import { momentUrl } from '../transcripts/youtube.ts';
import { findHighlights } from './highlights.ts';
import type { SearchResult } from './search.ts';

/** A chunk with its neighbours, as a search that asked for context returns them. */
type Context = NonNullable<SearchHit['context']>;

/**
 * Fills hits with what a caller sees of them: text, moment, speaker, highlights, deep link.
 *
 * @param contextSize how many chunks before and after each hit come with it
 * @param scope that was searched; neighbours may be outside, but not behind the moment where it ends
 */
export async function presentHits(
  repositories: Repositories,
  userId: string,
  { hits, terms, cut }: SearchResult,
  contextSize: number | undefined,
  scope: ResolvedScope,
): Promise<SearchHit[]> {
  const ids = hits.map((hit) => hit.chunkId);
  const passages = await repositories.library.getPassages(userId, ids, terms);
  const known = new Map(cut.map((chunk) => [chunk.chunkId, chunk]));
  const byId = new Map(
    passages.map((passage) => [passage.chunkId, { ...passage, ...known.get(passage.chunkId) }]),
  );
  // Without those that were deleted since they were found.
  const there = hits.flatMap((hit) => {
    const passage = byId.get(hit.chunkId);
    return passage ? [{ hit, passage }] : [];
  });
  const places = there.map(({ passage }) => passage);
  const contexts =
    contextSize && (await readContexts(repositories, userId, places, contextSize, scope));
  return there.map(({ hit, passage }, index) => {
    const { transcriptId, startMs, endMs, text } = passage;
    const context = contexts ? contexts[index] : undefined;
    return {
      chunkId: hit.chunkId,
      transcriptId,
      title: passage.title,
      startMs,
      endMs,
      speaker: passage.speaker,
      text,
      highlights: findHighlights(text, passage.headline, terms),
      score: hit.score,
      scores: hit.scores,
      url: momentUrl(passage.youtubeVideoId, startMs, passage.duration),
      ...(context ? { context } : {}),
    };
  });
}

/** The neighbours of each place, in the order of the places. */
async function readContexts(
  { library }: Repositories,
  userId: string,
  places: readonly Place[],
  size: number,
  { until }: ResolvedScope,
): Promise<Context[]> {
  const contexts = places.map((): Context => ({ before: [], after: [] }));
  for (const row of await library.listNeighbours(userId, places, size, { until })) {
    const { chunkId, startMs, endMs, text } = row;
    const index = places[row.place]?.chunkIndex ?? row.chunkIndex;
    if (row.chunkIndex === index) continue;
    const side = row.chunkIndex < index ? 'before' : 'after';
    contexts[row.place]?.[side].push({ chunkId, startMs, endMs, text });
  }
  return contexts;
}
