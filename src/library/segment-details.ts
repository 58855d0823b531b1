import type { SegmentDetails } from '../repositories/transcript-revisions.ts';
import type { Segment } from '../schemas/segments.ts';

/** What a transcript knows of its segments beside times, speakers and text. */
export function segmentDetails(segments: readonly Segment[]): SegmentDetails {
  return {
    words: segments.some(({ words }) => words !== null),
    confidence: segments.some(({ confidence }) => confidence !== null),
    recognition: segments.some(({ recognition }) => recognition != null),
  };
}
