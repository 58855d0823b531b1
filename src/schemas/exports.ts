import { type Static, Type } from 'typebox';
import { Nullable, StrictObject } from './common.ts';
import { Segment } from './segments.ts';

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
