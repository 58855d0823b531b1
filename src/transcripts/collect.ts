import type { TranscriptFormat } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';
import { isLowConfidence } from './confidence.ts';
import { MAX_SEGMENT_LENGTH, MAX_SEGMENT_WORDS, MAX_SEGMENTS } from './limits.ts';
import type { ParsedTranscript } from './parsed-transcript.ts';
import { eachInSteps, type Steps } from './steps.ts';
import { unreadableLine } from './unreadable.ts';
import type { Warnings } from './warnings.ts';
import { countWords } from './words.ts';

/**
 * A segment with the line it was read from, or null where the input has no lines. It `continues` the
 * cue in front where one cue of the input became several segments, one for each speaker.
 */
export type Cue = { segment: Segment; line: number | null; continues?: boolean };

/** What was taken away in front of the last step: cues cut, cues left out, and the words of both. */
export type Undone = { merged: number; dropped: number; words: number };

/**
 * @param line The line that is being read when there are `count` segments.
 * @throws AppError `unreadable_transcript` when there are more than a transcript may have.
 */
export const checkCount = (count: number, line: number | null): void => {
  if (count <= MAX_SEGMENTS) return;
  throw unreadableLine(line ?? 1, `there are more than ${MAX_SEGMENTS} segments`);
};

const compareTimes = (a: Segment, b: Segment): number =>
  (a.startMs ?? 0) - (b.startMs ?? 0) || (a.endMs ?? 0) - (b.endMs ?? 0);

const warnAboutOrder = (cues: Cue[], warnings: Warnings): boolean => {
  let ordered = true;
  let previous: Cue | undefined;
  for (const cue of cues) {
    if (previous && compareTimes(previous.segment, cue.segment) > 0) {
      ordered = false;
      warnings.add('out_of_order', cue.line);
    }
    previous = cue;
  }
  return ordered;
};

const warnAboutOverlaps = (cues: Cue[], warnings: Warnings): void => {
  let previous: Segment | undefined;
  for (const { segment, line } of cues) {
    // Two voices of one cue share their times; that is how it was written, and no overlap.
    const shared = previous && compareTimes(previous, segment) === 0;
    if (previous && !shared && (segment.startMs ?? 0) < (previous.endMs ?? 0)) {
      warnings.add('overlapping', line);
    }
    previous = segment;
  }
};

const warnAboutConfidence = (cues: Cue[], warnings: Warnings): void => {
  for (const { segment, line } of cues) {
    if (isLowConfidence(segment)) warnings.add('low_confidence', line);
  }
};

function* countAllWords(cues: readonly Cue[]): Steps<number> {
  let words = 0;
  yield* eachInSteps(cues, ({ segment }) => {
    words += countWords(segment.text);
  });
  return words;
}

/** A segment without bounds could not be stored; words without bounds can be left out. */
const checkSize = (cue: Cue, warnings: Warnings): void => {
  const { segment, line } = cue;
  if (segment.text.length > MAX_SEGMENT_LENGTH) {
    throw unreadableLine(line ?? 1, `a segment has more than ${MAX_SEGMENT_LENGTH} characters`);
  }
  if ((segment.words?.length ?? 0) > MAX_SEGMENT_WORDS) {
    warnings.add('words_dropped', line);
    cue.segment = { ...segment, words: null };
  }
};

/**
 * Drops what has no text, orders by (start, end, position), counts, and collects the warnings: the
 * last step of every reader. The start alone would not be a total order.
 *
 * @param undone What a reader has undone, because the captions of an automatic track rolled.
 * @throws AppError `unreadable_transcript` when no segment is left.
 */
export function* collect(
  format: TranscriptFormat,
  language: string | null,
  cues: Cue[],
  warnings: Warnings,
  undone?: Undone,
): Steps<ParsedTranscript> {
  checkCount(cues.length, cues[MAX_SEGMENTS]?.line ?? null);
  const kept = cues.filter(({ segment, line }) => {
    if (segment.text.trim() !== '') return true;
    warnings.add('empty_cue', line);
    return false;
  });
  yield;
  for (const cue of kept) checkSize(cue, warnings);
  yield;
  if (kept.length === 0) throw unreadableLine(1, 'there is no text in this transcript');
  const ordered = warnAboutOrder(kept, warnings)
    ? kept
    : kept.toSorted((a, b) => compareTimes(a.segment, b.segment));
  yield;
  warnAboutOverlaps(ordered, warnings);
  yield;
  warnAboutConfidence(ordered, warnings);
  yield;
  const wordsRead = yield* countAllWords(kept);
  const { merged, dropped, words } = undone ?? { merged: 0, dropped: 0, words: 0 };
  return {
    format,
    language,
    trackKind: undone ? 'asr' : 'unknown',
    counts: {
      cuesRead: cues.filter(({ continues }) => !continues).length + dropped,
      wordsRead: wordsRead + words,
      merged,
      dropped: cues.length - kept.length + dropped,
      overlapping: warnings.count('overlapping') + warnings.count('overlap_clipped'),
      outOfOrder: warnings.count('out_of_order'),
    },
    segments: ordered.map(({ segment }) => segment),
    warnings: warnings.list(),
  };
}
