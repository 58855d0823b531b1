import { type Static, Type } from 'typebox';
import { Nullable } from './common.ts';
import { Segment } from './segments.ts';

export const ExportedTranscript = Type.Object({
  title: Nullable(Type.String()),
  youtubeVideoId: Nullable(Type.String()),
  channelName: Nullable(Type.String()),
  language: Nullable(Type.String()),
  /** The length of the recording in seconds. */
  duration: Nullable(Type.Number()),
});
export type ExportedTranscript = Static<typeof ExportedTranscript>;

/** Parley's own lossless file. What it does not know it ignores, so that it can grow. */
export const ExportDocument = Type.Object({
  format: Type.Literal('parley'),
  version: Type.Literal(1),
  transcript: ExportedTranscript,
  segments: Type.Array(Segment),
});
export type ExportDocument = Static<typeof ExportDocument>;
