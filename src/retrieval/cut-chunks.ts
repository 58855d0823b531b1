import { K1 } from '../repositories/bm25.ts';
import type { Repositories } from '../repositories/index.ts';
import { RERANK } from '../repositories/lexical-rerank.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { Extent } from '../repositories/library.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { heard } from './heard.ts';

type Begun = Awaited<ReturnType<Repositories['playhead']['listCut']>>[number];
type Row = Awaited<ReturnType<Repositories['segments']['listRanges']>>[number];

/** What has been said of a chunk at the moment where a scope ends within it. */
export type CutChunk = {
  chunkId: string;
  text: string;
  /** The text with its terms marked, as in `library.getPassages`. */
  headline: string;
  startMs: number;
  endMs: number;
  /** Where only one speaks. */
  speaker: string | null;
};

/** Where everybody talks at once, more chunks than this may be cut; the last ones begun are kept. */
const MOST_CUT = 8;

/**
 * The chunks in which a scope ends, without what is said later; usually it is one. Of those that
 * hold none of the scope's segments there is nothing.
 *
 * @returns the latest first, and a score for each that holds a term, on the scale of `lexical-rerank.ts`: that
 *   of a chunk without neighbours, in a transcript of mean length that holds no more than the chunk,
 *   since what follows is not to be known
 */
export async function readCutChunks(
  { playhead, segments, searchIndex }: Repositories,
  userId: string,
  scope: ResolvedScope,
  terms: readonly string[],
): Promise<{ cut: CutChunk[]; hits: LexicalHit[] }> {
  const begun = await playhead.listCut(userId, scope, MOST_CUT);
  const [first] = begun;
  if (!first) return { cut: [], hits: [] };
  const rows = await segments.listRanges(userId, begun);
  const cut = begun.flatMap((chunk) => {
    const range = rows.filter(
      ({ position }) => position >= chunk.firstSegment && position <= chunk.lastSegment,
    );
    const known = range.some((row) => heard(scope, row.transcriptId, row));
    return known ? (cutChunk(chunk, range, { until: scope.until }) ?? []) : [];
  });
  // All are of one transcript, and so of one language.
  const { searchConfig } = first;
  const texts = cut.map(({ text }) => text);
  const [headlines, found, library] = await Promise.all([
    playhead.mark(searchConfig, texts, terms),
    searchIndex.analyzeTexts(searchConfig, texts),
    searchIndex.documentFrequencies(userId, terms),
  ]);
  const { chunkCount, frequencies, transcriptCount, transcriptFrequencies } = library;
  const scores = found.map((said) =>
    terms.reduce((sum, term) => {
      const tf = said.get(term) ?? 0;
      const weight =
        rarity(chunkCount, frequencies.get(term)) +
        RERANK.transcript * rarity(transcriptCount, transcriptFrequencies.get(term));
      return sum + (weight * tf * (K1 + 1)) / (tf + K1);
    }, 0),
  );
  return {
    cut: cut.map((chunk, index) => ({ ...chunk, headline: headlines[index] ?? chunk.text })),
    hits: cut.flatMap(({ chunkId }, index) => {
      const score = scores[index] ?? 0;
      return score > 0 ? [{ chunkId, score }] : [];
    }),
  };
}

/** BM25's weight of a term that is in `holding` of `count`. */
function rarity(count: number, holding = 0): number {
  const df = Math.max(1, holding);
  return Math.log(1 + (count - df + 0.5) / (df + 0.5));
}

/** How much a scope holds together with the chunks in which it ends. */
export async function withCut(
  { library }: Repositories,
  userId: string,
  scope: ResolvedScope,
  whole: Extent,
  cut: readonly CutChunk[],
): Promise<Extent> {
  if (cut.length === 0 || !scope.until) return whole;
  const transcriptIds = [scope.until.transcriptId];
  const ended = await library.measure(userId, { ...scope, transcriptIds });
  return {
    transcripts: whole.transcripts + (ended.chunks === 0 ? 1 : 0),
    chunks: whole.chunks + cut.length,
  };
}

function cutChunk(
  chunk: Begun,
  range: readonly Row[],
  scope: ResolvedScope,
): Omit<CutChunk, 'headline'> | undefined {
  const from = range[0] ? partBegins(chunk.text, range[0]) : 0;
  const said = range.flatMap((row, index) => {
    const segment = heard(scope, row.transcriptId, row);
    const text = segment?.text.slice(index === 0 ? from : 0).trim();
    return segment && text ? { ...segment, text } : [];
  });
  if (said.length === 0) return undefined;
  const speakers = new Set(said.map((segment) => segment.speaker));
  return {
    chunkId: chunk.chunkId,
    text: said
      .map(({ speaker, text }, index) => {
        const before = said[index - 1];
        if (before?.speaker === speaker) return ` ${text}`;
        return `${before ? '\n' : ''}${speaker === null ? '' : `${speaker}: `}${text}`;
      })
      .join(''),
    startMs: Math.max(chunk.startMs ?? 0, Math.min(...said.map(({ startMs }) => startMs ?? 0))),
    endMs: Math.max(...said.map(({ endMs }) => endMs ?? 0)),
    speaker: speakers.size === 1 ? (said[0]?.speaker ?? null) : null,
  };
}

/** Where in its first segment a chunk begins: a segment that is too long for a chunk is in several. */
function partBegins(chunkText: string, { speaker, text }: Row): number {
  const body = chunkText.slice(speaker === null ? 0 : `${speaker}: `.length);
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at);
    if (body.startsWith(rest) || rest.startsWith(body)) return at;
  }
  return 0;
}
