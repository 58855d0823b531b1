import { type Static, Type } from 'typebox';

/** What an import was read as. `segments` is Parley's own shape: a list of segments, or its JSON export. */
export const TranscriptFormat = Type.Enum([
  ...['srt', 'vtt', 'json3', 'srv1', 'srv3', 'ttml'],
  ...['whisper', 'whisper_cpp', 'whisperx', 'openai', 'assemblyai', 'deepgram'],
  ...['text', 'segments'],
] as const);
export type TranscriptFormat = Static<typeof TranscriptFormat>;

/** How a track came to be: written by a person, heard by a machine, or translated from another one. */
export const TrackKind = Type.Enum(['manual', 'asr', 'translated', 'unknown']);
export type TrackKind = Static<typeof TrackKind>;

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

/**
 * What an import made of its input. `durationMs` is null for a transcript without times. Cues that
 * were read are kept as segments, merged into others, or dropped.
 */
export const Receipt = Type.Object(
  {
    format: TranscriptFormat,
    trackKind: TrackKind,
    cuesRead: Type.Integer({ minimum: 0, description: 'Captions or utterances in the input.' }),
    wordsRead: Type.Integer({ minimum: 0, description: 'Words in the input.' }),
    segments: Type.Integer({ minimum: 0, description: 'What is kept of them.' }),
    words: Type.Integer({ minimum: 0, description: 'Words that are kept.' }),
    merged: Type.Integer({ minimum: 0, description: 'Cues that became part of another one.' }),
    dropped: Type.Integer({ minimum: 0, description: 'Cues that held nothing new.' }),
    overlapping: Type.Integer({ minimum: 0, description: 'Start before another one ends.' }),
    outOfOrder: Type.Integer({ minimum: 0, description: 'Were sorted by time.' }),
    lowConfidence: Type.Integer({ minimum: 0, description: 'Segments that may be misheard.' }),
    durationMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    speakers: Type.Array(Type.String()),
    warnings: Type.Array(ImportWarning),
  },
  { additionalProperties: false },
);
export type Receipt = Static<typeof Receipt>;
