import type { StoredChunk } from '../src/repositories/chunks.ts';
import type { Segment } from '../src/schemas/segments.ts';
import type { Span } from './words.ts';

type Said = Pick<Segment, 'speaker' | 'text'>;
type Cut = Pick<StoredChunk, 'chunkText' | 'firstSegment' | 'lastSegment'>;

/**
 * Where chunks are in the text that was imported, in characters. White space is not compared, since
 * an import tidies it; what an import took out of the text is stepped over.
 *
 * @param segments of the transcript, in order
 * @param chunks of the same, in order
 * @throws Error when a segment or a chunk is not what the text says
 */
export function locateChunks(
  text: string,
  segments: readonly Said[],
  chunks: readonly Cut[],
): Span[] {
  const { letters, offsets } = compact(text);
  const starts = locateSegments(letters, segments);
  let end = 0;
  return chunks.map((chunk, index) => {
    const before = chunks[index - 1];
    const continues = before?.lastSegment === chunk.firstSegment;
    const start = continues ? end : (starts[chunk.firstSegment] ?? 0);
    const last = segments[chunk.lastSegment];
    const from = chunk.firstSegment === chunk.lastSegment ? start : starts[chunk.lastSegment];
    const splits = chunks[index + 1]?.firstSegment === chunk.lastSegment;
    end = splits
      ? (from ?? 0) + lastPiece(segments, chunk, start - (starts[chunk.firstSegment] ?? 0))
      : (starts[chunk.lastSegment] ?? 0) + letterCount(last?.text ?? '');
    if (!squeeze(chunk.chunkText).endsWith(letters.slice(from, end))) {
      throw new Error(`chunk ${index} is not in the text: ${chunk.chunkText.slice(0, 80)}`);
    }
    return { start: offsets[start] ?? 0, end: (offsets[end - 1] ?? 0) + 1 };
  });
}

function locateSegments(letters: string, segments: readonly Said[]): number[] {
  let at = 0;
  return segments.map(({ text }) => {
    const wanted = squeeze(text);
    const start = letters.indexOf(wanted, at);
    if (start < 0) throw new Error(`not in the text: ${text.slice(0, 80)}`);
    at = start + wanted.length;
    return start;
  });
}

/** How many letters a chunk has of its last segment, which goes on in the next chunk. */
function lastPiece(
  segments: readonly Said[],
  { chunkText, firstSegment, lastSegment }: Cut,
  /** How many letters of its first segment are in chunks before. */
  gone: number,
): number {
  const before = segments.slice(firstSegment, lastSegment);
  const whole = before.reduce((sum, { text }) => sum + letterCount(text), 0);
  const others = before.length === 0 ? 0 : whole - gone;
  // The speaker is written in front of the text, and at each change.
  let labels = 0;
  let speaker: string | null = null;
  for (const segment of segments.slice(firstSegment, lastSegment + 1)) {
    if (segment.speaker !== null && segment.speaker !== speaker) {
      labels += letterCount(`${segment.speaker}:`);
    }
    speaker = segment.speaker;
  }
  return letterCount(chunkText) - others - labels;
}

const squeeze = (text: string): string => text.replaceAll(/\s+/g, '');
const letterCount = (text: string): number => squeeze(text).length;

/** A text without its white space, and where each of its letters was. */
function compact(text: string): { letters: string; offsets: number[] } {
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at += 1) if (/\S/.test(text[at] ?? '')) offsets.push(at);
  return { letters: squeeze(text), offsets };
}
