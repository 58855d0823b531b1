import { type Static, Type } from 'typebox';

/** What an import was read as. `segments` is Parley's own shape: a list of segments, or its JSON export. */
export const TranscriptFormat = Type.Enum([
  ...['srt', 'vtt', 'json3', 'srv1', 'srv3', 'ttml'],
  ...['whisper', 'whisper_cpp', 'whisperx', 'openai', 'assemblyai', 'deepgram'],
  ...['text', 'segments'],
] as const);
export type TranscriptFormat = Static<typeof TranscriptFormat>;

/** How a track came to be: written by a person, heard by a machine, or translated from another one. */
export const TrackKind = Type.Enum(['manual', 'asr', 'translated', 'unknown'], {
  description:
    'How a track came to be. Captions of `asr` that roll are undone when they are imported, those ' +
    'of `manual` and `translated` never; where it is `unknown`, the file decides.',
});
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
 * What an import made of its input. `durationMs` is null for a transcript without times. A cue is a
 * caption or an utterance of the input, as it stands there: `cuesRead - dropped` cues are kept, each
 * with its own times. A kept cue with several voices or labelled turns becomes one segment for each, so
 * `segments >= cuesRead - dropped`; a cue that was merged is one that is kept. No word is made up:
 * `wordsRead - words` is what was repeated only because the captions roll.
 */
export const Receipt = Type.Object(
  {
    format: TranscriptFormat,
    trackKind: TrackKind,
    cuesRead: Type.Integer({
      minimum: 0,
      description: 'Captions or utterances in the input, before anything is undone.',
    }),
    wordsRead: Type.Integer({
      minimum: 0,
      description: 'Words in the input, before anything is undone.',
    }),
    segments: Type.Integer({
      minimum: 0,
      description:
        'What is kept: one for each cue that is not dropped, or one for each of its voices.',
    }),
    words: Type.Integer({ minimum: 0, description: 'Words that are kept.' }),
    merged: Type.Integer({
      minimum: 0,
      description: 'Cues that began with what the one in front shows, and are kept without it.',
    }),
    dropped: Type.Integer({
      minimum: 0,
      description: 'Cues that are not kept: without text, or only holding or repeating another.',
    }),
    overlapping: Type.Integer({
      minimum: 0,
      description: 'Kept cues that overlap the next one in the input.',
    }),
    outOfOrder: Type.Integer({
      minimum: 0,
      description:
        'Kept cues that start before the one in front of them; they were sorted by time.',
    }),
    lowConfidence: Type.Integer({
      minimum: 0,
      description: 'Segments that may be misheard; they are marked, and kept.',
    }),
    durationMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    speakers: Type.Array(Type.String()),
    warnings: Type.Array(ImportWarning),
  },
  { additionalProperties: false },
);
export type Receipt = Static<typeof Receipt>;
