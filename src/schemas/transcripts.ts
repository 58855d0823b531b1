import { type Static, Type } from 'typebox';
import { Chapters } from './chapters.ts';
import { DateTime, Id, MAX_INTEGER, Nullable, StrictObject } from './common.ts';
import { Receipt, TrackKind, TranscriptFormat } from './receipts.ts';
import { Recognition, Word } from './segments.ts';

const Metadata = Type.Record(Type.String({ minLength: 1, maxLength: 100 }), Type.Unknown(), {
  maxProperties: 100,
  propertyNames: { minLength: 1, maxLength: 100 },
  description: 'Anything about the recording that the caller wants to keep with it.',
});

export const Transcript = StrictObject(
  {
    id: Id,
    youtubeVideoId: Nullable(Type.String()),
    title: Nullable(Type.String()),
    channelName: Nullable(Type.String()),
    duration: Nullable(Type.Integer({ minimum: 0, description: 'Whole seconds, rounded up.' })),
    language: Nullable(Type.String({ description: 'BCP 47.' })),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    chapters: Chapters,
    currentRevisionId: Nullable(Id),
    status: Type.Enum(['importing', 'ready', 'failed']),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { $id: 'Transcript' },
);
export type Transcript = Static<typeof Transcript>;

const Language = Type.String({
  pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$',
  maxLength: 35,
});
const language = Type.Optional(Language);

const details = {
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  youtubeVideoId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'The id, or any link to the video.',
    }),
  ),
  channelName: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  metadata: Type.Optional(Metadata),
  chapters: Type.Optional(Chapters),
};

/** How the input is to be read. Captions of `asr` that roll are undone; without it the file tells. */
const reading = {
  format: Type.Optional(TranscriptFormat),
  trackKind: Type.Optional(TrackKind),
};

const SegmentInput = StrictObject({
  startMs: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: MAX_INTEGER }))),
  endMs: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: MAX_INTEGER }))),
  speaker: Type.Optional(Nullable(Type.String({ maxLength: 255 }))),
  text: Type.String({ maxLength: 100_000 }),
  words: Type.Optional(Nullable(Type.Array(Word))),
  confidence: Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 1 }))),
  recognition: Type.Optional(Nullable(Recognition)),
});

/** What was said, as JSON carries it. */
export const importContent = {
  language,
  ...reading,
  text: Type.Optional(Type.String({ minLength: 1 })),
  segments: Type.Optional(Type.Array(SegmentInput, { minItems: 1, maxItems: 100_000 })),
};

/** The same as a file in a form. */
export const importFile = {
  language,
  ...reading,
  // Bytes, which are no JSON `string`; in the document this becomes `format: binary`.
  file: Type.Unsafe<Uint8Array>({
    contentEncoding: 'binary',
    description: 'A file in any of the formats.',
  }),
  fileName: Type.Optional(
    Type.String({
      maxLength: 600,
      description: 'Taken from the file; the title, if nothing else is.',
    }),
  ),
};

/** The same as a link that leads to it. */
const importLink = {
  url: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2_000,
      description:
        'A link to a YouTube video, whose captions are fetched; or, where the server allows it, to a file.',
    }),
  ),
  languages: Type.Optional(
    Type.Array(Language, {
      minItems: 1,
      maxItems: 10,
      description:
        'Of the captions of a video, the most wanted first. Without it `language`, or else what fits best.',
    }),
  ),
};

/** A transcript as a caller sends it: `text` in some format, `segments`, or the `url` of one. */
export const ImportTranscript = StrictObject(
  {
    ...details,
    ...importContent,
    ...importLink,
  },
  {
    examples: [
      {
        title: 'Stand-up',
        text: 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada>The release moved to Thursday.\n',
      },
    ],
  },
);
export type ImportTranscript = Static<typeof ImportTranscript>;

/** The same as a form: one file, and the details as fields, `metadata` as JSON. */
export const UploadTranscript = StrictObject({
  ...details,
  ...importFile,
});
export type UploadTranscript = Static<typeof UploadTranscript>;

export const ImportedTranscript = StrictObject({
  transcript: Type.Unsafe<Transcript>({ $ref: 'Transcript#' }),
  receipt: Receipt,
});

export const UpdateTranscript = StrictObject(
  {
    title: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 500 }))),
    youtubeVideoId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 500 }))),
    channelName: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 255 }))),
    metadata: Type.Optional(Metadata),
    chapters: Type.Optional(Chapters),
  },
  { minProperties: 1, examples: [{ title: 'Stand-up on Monday' }] },
);
export type UpdateTranscript = Static<typeof UpdateTranscript>;
