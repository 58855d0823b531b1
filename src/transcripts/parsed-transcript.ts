import type { ImportWarning, TranscriptFormat } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';

/**
 * What every reader returns: at least one segment, ordered by start, end and place in the input.
 * `language` is a BCP 47 tag, or null where the input does not say.
 */
export type ParsedTranscript = {
  format: TranscriptFormat;
  language: string | null;
  segments: Segment[];
  warnings: ImportWarning[];
  /** What the input itself says about the recording; only Parley's own files say any. */
  details?: { title?: string; youtubeVideoId?: string; channelName?: string };
};
