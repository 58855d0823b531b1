import type { Receipt } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';
import { isLowConfidence } from './confidence.ts';
import type { ParsedTranscript } from './parsed-transcript.ts';
import { countWords, durationMs } from './segments.ts';

/** Tells the importer what was read. Speakers are listed in the order in which they first speak. */
export const createReceipt = ({
  format,
  trackKind,
  counts,
  segments,
  warnings,
}: ParsedTranscript): Receipt => ({
  format,
  trackKind,
  ...counts,
  ...describeSegments(segments),
  warnings,
});

/** What a receipt says about the segments that are kept. */
export const describeSegments = (segments: readonly Segment[]) => ({
  lowConfidence: segments.filter(isLowConfidence).length,
  segments: segments.length,
  words: segments.reduce((words, { text }) => words + countWords(text), 0),
  durationMs: durationMs(segments),
  speakers: [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))],
});
