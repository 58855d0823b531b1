import { type Static, Type } from 'typebox';

/** What an import was read as. `segments` is Parley's own shape: a list of segments, or its JSON export. */
export const TranscriptFormat = Type.Enum(['srt', 'vtt', 'whisper', 'text', 'segments']);
export type TranscriptFormat = Static<typeof TranscriptFormat>;

/** Something an import changed or left out. `line` is the first line concerned, counted from 1. */
export const ImportWarning = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    count: Type.Integer({ minimum: 1 }),
    line: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type ImportWarning = Static<typeof ImportWarning>;

/** What an import made of its input. `durationMs` is null for a transcript without times. */
export const Receipt = Type.Object(
  {
    format: TranscriptFormat,
    segments: Type.Integer({ minimum: 0 }),
    words: Type.Integer({ minimum: 0 }),
    durationMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    speakers: Type.Array(Type.String()),
    warnings: Type.Array(ImportWarning),
  },
  { additionalProperties: false },
);
export type Receipt = Static<typeof Receipt>;
