import type { Repositories } from '../repositories/index.ts';
import type { Passage } from '../repositories/library.ts';
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
  const presented = hits.map(async ({ chunkId, score, scores }): Promise<SearchHit[]> => {
    const passage = byId.get(chunkId);
    // Deleted since it was found.
    if (!passage) return [];
    const { transcriptId, startMs, endMs, text } = passage;
    const context = contextSize
      ? { context: await readContext(repositories, userId, passage, contextSize, scope) }
      : {};
    return [
      {
        chunkId,
        transcriptId,
        title: passage.title,
        startMs,
        endMs,
        speaker: passage.speaker,
        text,
        highlights: findHighlights(text, passage.headline, terms),
        score,
        scores,
        url: momentUrl(passage.youtubeVideoId, startMs, passage.duration),
        ...context,
      },
    ];
  });
  return (await Promise.all(presented)).flat();
}

async function readContext(
  { library }: Repositories,
  userId: string,
  { transcriptId, chunkIndex: index }: Pick<Passage, 'transcriptId' | 'chunkIndex'>,
  size: number,
  { until }: ResolvedScope,
): Promise<Context> {
  const [first, last] = [index - size, index + size];
  const rows = await library.listNeighbours(userId, transcriptId, first, last, { until });
  const moments = rows.map(({ chunkId, startMs, endMs, text, chunkIndex }) => ({
    chunkIndex,
    moment: { chunkId, startMs, endMs, text },
  }));
  return {
    before: moments.filter((row) => row.chunkIndex < index).map((row) => row.moment),
    after: moments.filter((row) => row.chunkIndex > index).map((row) => row.moment),
  };
}
