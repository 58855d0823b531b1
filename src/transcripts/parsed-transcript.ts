import type { ImportWarning, TrackKind, TranscriptFormat } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';

/**
 * What every reader returns: at least one segment, ordered by start, end and place in the input.
 * `language` is a BCP 47 tag, or null where the input does not say.
 */
export type ParsedTranscript = {
  format: TranscriptFormat;
  language: string | null;
  trackKind: TrackKind;
  segments: Segment[];
  counts: ImportCounts;
  warnings: ImportWarning[];
  /** What the input itself says about the recording; only Parley's own files say any. */
  details?: { title?: string; youtubeVideoId?: string; channelName?: string };
};

/** What became of the cues of an input; see `Receipt`. */
export type ImportCounts = {
  cuesRead: number;
  wordsRead: number;
  merged: number;
  dropped: number;
  overlapping: number;
  outOfOrder: number;
};

/** The same, of the kind the caller says it is; `unknown` says nothing. */
export const withTrackKind = (
  parsed: ParsedTranscript,
  trackKind: TrackKind = 'unknown',
): ParsedTranscript => (trackKind === 'unknown' ? parsed : { ...parsed, trackKind });
