import type { Repositories } from '../repositories/index.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import { unscored } from '../retrieval/fusion.ts';
import { begunAt } from '../retrieval/playhead.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { TakenQuestion } from './compose-answer.ts';
import { type CitablePassage, prefixOf, readPassages } from './passages.ts';
import type { Material } from './retrieve.ts';

type Asked = Pick<TakenQuestion, 'userId' | 'scope' | 'playhead'>;

/** The most chunks that one answer is made from: three hours of speech. */
const MOST_CHUNKS = 400;

/** Chunks that are read by one statement. */
const PAGE = 100;

/**
 * Reads all that a scope holds, in order; where that is too much, passages that are spread evenly
 * over it. It is read page by page, on one state of the database.
 */
export async function readWhole(
  { db }: SearchDependencies,
  { userId, scope: checked, playhead }: Asked,
): Promise<Material> {
  const scope = begunAt(checked, playhead);
  return readSnapshot(db, async (repositories) => {
    const extent = await repositories.library.measure(userId, scope);
    const chunkIds = await repositories.spread.listChunkIds(userId, scope, MOST_CHUNKS);
    const passages: CitablePassage[] = [];
    for (let from = 0; from < chunkIds.length; from += PAGE) {
      const page = chunkIds.slice(from, from + PAGE);
      passages.push(...(await readPage(repositories, userId, page, scope)));
    }
    return {
      passages: withIds(withoutRepetition(passages)),
      terms: [],
      coverage: {
        transcriptsInScope: extent.transcripts,
        transcriptsRead: new Set(passages.map(({ transcriptId }) => transcriptId)).size,
        chunksRead: chunkIds.length,
        mode: 'whole',
      },
      chunksInScope: extent.chunks,
    };
  });
}

function readPage(
  repositories: Repositories,
  userId: string,
  chunkIds: readonly string[],
  scope: ResolvedScope,
): Promise<CitablePassage[]> {
  const hits = chunkIds.map((chunkId) => unscored(chunkId, 1));
  return readPassages(repositories, userId, hits, scope, 0);
}

/** A segment that is longer than a chunk is in several; it is read with the first of them. */
function withoutRepetition(passages: readonly CitablePassage[]): CitablePassage[] {
  const read = new Map<string, number>();
  return passages.flatMap((passage) => {
    const until = read.get(passage.transcriptId) ?? -1;
    const segments = passage.segments.filter(({ position }) => position > until);
    read.set(passage.transcriptId, Math.max(until, segments.at(-1)?.position ?? -1));
    return segments.length > 0 ? [{ ...passage, segments }] : [];
  });
}

/** Each page has ids of its own; the longest of their prefixes is free in all of them. */
function withIds(passages: readonly CitablePassage[]): CitablePassage[] {
  const [prefix = 's'] = passages
    .map((passage) => prefixOf([passage]))
    .toSorted((a, b) => b.length - a.length);
  return passages.map((passage, index) => ({ ...passage, id: `${prefix}${index + 1}` }));
}
