import type { Segment } from '../../schemas/segments.ts';
import type { Caption } from '../caption-windows.ts';
import { MAX_WORD_LENGTH } from '../limits.ts';
import type { Kept } from '../rolling-captions.ts';
import { encodeEntities } from './entities.ts';
import type { VttCue } from './webvtt-cues.ts';
import { lastVoice, withoutMarkup } from './webvtt-voices.ts';
import { hasInlineTime } from './webvtt-words.ts';

/** A cue with its lines as they are shown; `markup` are the same lines as they are written. */
export type VttCaption = Caption & { markup: string[] };

/** Shows the lines of a cue. A line with one time at least has words with times of their own. */
export const toCaption = ({ lines, ...cue }: VttCue): VttCaption => ({
  ...cue,
  markup: lines,
  lines: lines.map((line) => ({
    text: withoutMarkup(line),
    timed: hasInlineTime(line),
  })),
});

/** The markup of what is kept of a cue. A voice that began in what is cut off goes on. */
export const keptMarkup = ({ caption, from }: Kept<VttCaption>): string => {
  const { line, offset } = from;
  if (line === 0 && offset === 0) return caption.markup.join('\n');
  const cut = caption.markup.slice(0, offset === 0 ? line : line + 1).join('\n');
  const rest = caption.markup.slice(line);
  // Words are only cut off where none has a time, so there is no markup to be lost but a voice.
  if (offset > 0) rest[0] = encodeEntities(caption.lines[line]?.text.slice(offset) ?? '');
  return lastVoice(cut) + rest.join('\n');
};

/**
 * Fits a segment of a track that rolls into the time that is its own: it starts with its first word
 * and ends where the next caption begins. A line of one new word is the only one in which YouTube
 * writes no time, as that of its cue says it.
 *
 * @param endMs The latest end of the segment.
 * @param timed Whether words have times in this file.
 */
export const fitTimes = (segment: Segment, endMs: number, timed: boolean): Segment => {
  const inTime = (ms: number): number => Math.min(ms, endMs);
  const { text, startMs } = segment;
  if (segment.words) {
    const words = segment.words.map((word) => ({
      ...word,
      startMs: inTime(word.startMs),
      endMs: inTime(word.endMs),
    }));
    return { ...segment, startMs: words[0]?.startMs ?? startMs, endMs, words };
  }
  const isWord = timed && startMs !== null && /^\S+$/.test(text) && text.length <= MAX_WORD_LENGTH;
  return { ...segment, endMs, words: isWord ? [{ text, startMs, endMs, confidence: null }] : null };
};
