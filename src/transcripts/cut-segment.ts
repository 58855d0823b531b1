import type { Segment } from '../schemas/segments.ts';

const SAID = /[\p{L}\p{N}]/u;
/** What ends a word that the text has and the word itself need not have, such as a full stop. */
const TRAILING = /^[^\p{L}\p{N}\s]*/u;

/**
 * What of a segment has been said at a moment: all of it, or its words that have ended, where words
 * have times and are found in the text one behind the other. Nothing is guessed.
 *
 * @param atMs in ms
 * @returns undefined when it has no times, or when nothing of it is known to be over
 */
export function cutSegment<T extends Segment>(segment: T, atMs: number): T | undefined {
  const { startMs, endMs, text } = segment;
  if (startMs === null || endMs === null) return undefined;
  if (endMs <= atMs) return segment;
  const words: NonNullable<Segment['words']> = [];
  let end = 0;
  for (const word of segment.words ?? []) {
    if (word.endMs > atMs) break;
    const at = text.indexOf(word.text, end);
    // Words that were left out in between may have been said later.
    if (at < 0 || SAID.test(text.slice(end, at))) break;
    words.push(word);
    end = at + word.text.length;
    end += TRAILING.exec(text.slice(end))?.[0].length ?? 0;
  }
  if (!SAID.test(text.slice(0, end))) return undefined;
  const last = Math.max(startMs, ...words.map((word) => word.endMs));
  return { ...segment, endMs: last, text: text.slice(0, end), words };
}
