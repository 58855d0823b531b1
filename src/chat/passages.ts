import type { Repositories } from '../repositories/index.ts';
import type { Passage } from '../repositories/library.ts';
import type { FusedHit } from '../retrieval/fusion.ts';
import { heard } from '../retrieval/heard.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { Segment } from '../schemas/segments.ts';
import { cutLong } from './long-segments.ts';

/** A segment with its place in the revision. Its white space is collapsed: line ends are layout. */
export type PassageSegment = Segment & { position: number };

/** A run of segments under an id that an answerer can cite. */
export type CitablePassage = {
  /** Opaque and short: `s1`, `s2`, … in the order of relevance; see {@link freePrefix}. */
  id: string;
  /** The chunk that it is of. */
  chunkId: string;
  transcriptId: string;
  revision: number;
  title: string | null;
  /** How well it fits the question, from 0 to 1. */
  score: number;
  searchConfig: string;
  youtubeVideoId: string | null;
  /** Whole seconds. */
  duration: number | null;
  segments: PassageSegment[];
};

/** Segments that are read on either side of a chunk, because a sentence may begin before it. */
const MARGIN = 2;

/**
 * Reads the chunks that were found, as the segments that they are made of. Only the segments that
 * are in scope are passed on, and what others say between two of them parts a passage in two: what
 * is quoted was said without a break.
 *
 * @param margin segments that are read on either side of a chunk
 */
export async function readPassages(
  { library, segments }: Repositories,
  userId: string,
  hits: readonly FusedHit[],
  scope: ResolvedScope,
  margin = MARGIN,
): Promise<CitablePassage[]> {
  const found = await library.getPassages(
    userId,
    hits.map((hit) => hit.chunkId),
  );
  const byId = new Map(found.map((passage) => [passage.chunkId, passage]));
  const ordered = hits.flatMap(({ chunkId, score }) => {
    const passage = byId.get(chunkId);
    return passage ? { ...passage, score } : [];
  });
  const rows = await segments.listRanges(
    userId,
    ordered.map((passage) => withMargin(passage, margin)),
  );
  const prefix = freePrefix([
    ...found.map(({ title }) => title ?? ''),
    ...rows.flatMap(({ speaker, text }) => [speaker ?? '', text]),
  ]);
  const runs = ordered.flatMap((passage) => {
    const range = withMargin(passage, margin);
    const inScope = rows.flatMap((row) =>
      row.transcriptId === range.transcriptId &&
      row.position >= range.firstSegment &&
      row.position <= range.lastSegment
        ? (heard(scope, row.transcriptId, row) ?? [])
        : [],
    );
    return runsOf(inScope.map(toPassageSegment))
      .flatMap((run) => cutLong(run, passage, margin > 0))
      .map((run) => ({ passage, segments: run }));
  });
  return runs.map(({ passage, segments }, index) => ({
    id: `${prefix}${index + 1}`,
    chunkId: passage.chunkId,
    transcriptId: passage.transcriptId,
    revision: passage.revision,
    title: passage.title,
    score: passage.score,
    searchConfig: passage.searchConfig,
    youtubeVideoId: passage.youtubeVideoId,
    duration: passage.duration,
    segments,
  }));
}

function toPassageSegment({ text, ...segment }: PassageSegment): PassageSegment {
  const { position, startMs, endMs, speaker, words, confidence } = segment;
  const collapsed = text.replace(/\s+/g, ' ').trim();
  return { position, startMs, endMs, speaker, text: collapsed, words, confidence };
}

/** Segments, in order, in runs without a gap between their positions. */
function runsOf(segments: readonly PassageSegment[]): PassageSegment[][] {
  const runs: PassageSegment[][] = [];
  for (const segment of segments) {
    const run = runs.at(-1);
    if (run?.at(-1)?.position === segment.position - 1) run.push(segment);
    else runs.push([segment]);
  }
  return runs;
}

/** What all ids of passages that were read together begin with: a run of `s`. */
export function prefixOf(passages: readonly Pick<CitablePassage, 'id'>[]): string {
  return passages[0]?.id.replace(/\d+$/, '') ?? 's';
}

/** `s`, or as many as it takes for no text to hold what looks like an id: what is quoted cites nothing. */
function freePrefix(texts: string[]): string {
  let prefix = 's';
  while (texts.some((text) => text.toLowerCase().includes(`[${prefix}`))) prefix += 's';
  return prefix;
}

function withMargin({ transcriptId, firstSegment, lastSegment }: Passage, margin: number) {
  return {
    transcriptId,
    firstSegment: Math.max(0, firstSegment - margin),
    lastSegment: lastSegment + margin,
  };
}
