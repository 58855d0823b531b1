import type { Receipt } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';
import { isLowConfidence } from './confidence.ts';
import type { ParsedTranscript } from './parsed-transcript.ts';
import { countWords, durationMs } from './segments.ts';
import { eachInSteps, type Steps } from './steps.ts';

/** Tells the importer what was read. Speakers are listed in the order in which they first speak. */
export function* createReceipt({
  format,
  trackKind,
  counts,
  segments,
  warnings,
}: ParsedTranscript): Steps<Receipt> {
  return { format, trackKind, ...counts, ...(yield* describeSegments(segments)), warnings };
}

type SegmentsDescription = Pick<
  Receipt,
  'lowConfidence' | 'segments' | 'words' | 'durationMs' | 'speakers'
>;

/** What a receipt says about the segments that are kept. */
export function* describeSegments(segments: readonly Segment[]): Steps<SegmentsDescription> {
  let words = 0;
  yield* eachInSteps(segments, ({ text }) => {
    words += countWords(text);
  });
  return {
    lowConfidence: segments.filter(isLowConfidence).length,
    segments: segments.length,
    words,
    durationMs: durationMs(segments),
    speakers: [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))],
  };
}
