import { type Static, Type } from 'typebox';
import { MAX_INTEGER, Nullable, StrictObject } from './common.ts';
import { TrackKind, TranscriptFormat } from './receipts.ts';
import { Segment } from './segments.ts';

/** What a file says about the revision that it was written from. */
export const RevisionProvenance = StrictObject({
  number: Type.Integer({ minimum: 1, maximum: MAX_INTEGER }),
  format: TranscriptFormat,
  trackKind: TrackKind,
});
export type RevisionProvenance = Static<typeof RevisionProvenance>;

export const ExportedTranscript = StrictObject({
  title: Nullable(Type.String({ maxLength: 500 })),
  youtubeVideoId: Nullable(Type.String()),
  channelName: Nullable(Type.String({ maxLength: 255 })),
  language: Nullable(Type.String()),
  /** The length of the recording in seconds. */
  duration: Nullable(Type.Number()),
});
export type ExportedTranscript = Static<typeof ExportedTranscript>;

/** Parley's own lossless file. A key that it does not know could not be kept, so it is refused. */
export const ExportDocument = StrictObject({
  format: Type.Literal('parley'),
  version: Type.Literal(1),
  transcript: ExportedTranscript,
  segments: Type.Array(Segment),
});
export type ExportDocument = Static<typeof ExportDocument>;
