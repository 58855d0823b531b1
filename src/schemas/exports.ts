import type { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { Chapters } from './chapters.ts';
import { Id, MAX_INTEGER, Milliseconds, Nullable, StrictObject } from './common.ts';
import { TrackKind } from './receipts.ts';
import { Scope } from './scope.ts';
import { Segment } from './segments.ts';

/** What a file says about the revision that it was written from. */
export const RevisionProvenance = StrictObject({
  number: Type.Integer({ minimum: 1, maximum: MAX_INTEGER }),
  // Not only the formats of this version: a file may come from a newer one.
  format: Type.String({ minLength: 1, maxLength: 50 }),
  trackKind: TrackKind,
});
export type RevisionProvenance = Static<typeof RevisionProvenance>;

/** Where the recording comes from. */
export const ExportedSource = StrictObject({
  kind: Type.Enum(['youtube', 'podcast', 'upload', 'meeting', 'other']),
  externalId: Nullable(Type.String({ maxLength: 255 })),
  title: Nullable(Type.String()),
  channel: Nullable(Type.String()),
  description: Type.Optional(Nullable(Type.String())),
  url: Nullable(Type.String()),
  publishedAt: Nullable(
    // As `Date` writes it; the years before 1000 would be read back as later ones.
    Type.String({ pattern: '^[1-9]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
  ),
  durationSeconds: Nullable(Type.Integer({ minimum: 0, maximum: MAX_INTEGER })),
});
export type ExportedSource = Static<typeof ExportedSource>;

export const ExportedTranscript = StrictObject({
  title: Nullable(Type.String({ minLength: 1, maxLength: 500 })),
  youtubeVideoId: Nullable(Type.String()),
  channelName: Nullable(Type.String({ minLength: 1, maxLength: 255 })),
  language: Nullable(Type.String({ minLength: 1, maxLength: 35 })),
  duration: Nullable(
    Type.Integer({
      minimum: 0,
      maximum: MAX_INTEGER,
      description: 'Of the recording, in whole seconds, rounded up.',
    }),
  ),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  chapters: Chapters,
});
export type ExportedTranscript = Static<typeof ExportedTranscript>;

/** Parley's own lossless file. A key that it does not know could not be kept, so it is refused. */
export const ExportDocument = StrictObject({
  format: Type.Literal('parley'),
  version: Type.Literal(2),
  transcript: ExportedTranscript,
  source: Nullable(ExportedSource),
  revision: RevisionProvenance,
  segments: Type.Array(Segment),
});
export type ExportDocument = Static<typeof ExportDocument>;
/** All of a file but its segments. */
export type ExportHeader = Omit<ExportDocument, 'format' | 'version' | 'segments'>;

/** The file as it was before it held metadata, chapters, source and revision. It is read only. */
export const ExportDocumentV1 = StrictObject({
  format: Type.Literal('parley'),
  version: Type.Literal(1),
  transcript: StrictObject({
    title: Nullable(Type.String({ maxLength: 500 })),
    youtubeVideoId: Nullable(Type.String()),
    channelName: Nullable(Type.String({ maxLength: 255 })),
    language: Nullable(Type.String()),
    /** In seconds. */
    duration: Nullable(Type.Number()),
  }),
  segments: Type.Array(Segment),
});

export const ExportFormat = Type.Enum(['json', 'srt', 'vtt', 'txt', 'md', 'csv']);
export type ExportFormat = Static<typeof ExportFormat>;

const ONLY_SRT_AND_VTT = 'SRT and WebVTT only.';

/** What is asked of a file. An option that its format does not have is a mistake. */
export const ExportQuery = StrictObject({
  format: { ...ExportFormat, default: 'json' },
  revision: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_INTEGER, description: 'Else the current one.' }),
  ),
  fromMs: Type.Optional({
    ...Milliseconds,
    description: 'Only what is said after this. Times stay as they are.',
  }),
  toMs: Type.Optional({ ...Milliseconds, description: 'Only what is said before this.' }),
  maxCharsPerLine: Type.Optional(
    Type.Integer({
      minimum: 10,
      maximum: 200,
      description: `Breaks longer lines between words. ${ONLY_SRT_AND_VTT}`,
    }),
  ),
  wordTimes: Type.Optional(
    Type.Boolean({ description: 'Writes the times of words, where they are known. WebVTT only.' }),
  ),
  times: Type.Optional(Type.Boolean({ description: 'On unless told otherwise. Text only.' })),
  speakers: Type.Optional(Type.Boolean({ description: 'On unless told otherwise. Text only.' })),
});
export type ExportQuery = Static<typeof ExportQuery>;

const { revision: _revision, format: _format, ...optionsOfMany } = ExportQuery.properties;

/** What is asked of the files of many transcripts: each is of the current revision. */
export type ArchiveOptions = Omit<ExportQuery, 'revision'>;

/** What `POST /v1/jobs` takes for an export of many transcripts as a ZIP archive. */
export const ExportTranscripts = StrictObject(
  {
    scope: Type.Optional({
      ...Scope,
      description:
        'Transcripts that it has something of, each as a whole. Without `scope` and `transcriptIds` it is the whole library.',
    }),
    transcriptIds: Type.Optional(
      Type.Array(Id, {
        minItems: 1,
        maxItems: 10_000,
        description: 'These, in this order; not together with `scope`.',
      }),
    ),
    format: Type.Optional({ ...ExportFormat, default: 'json' }),
    ...optionsOfMany,
  },
  { examples: [{ format: 'md' }] },
);

/** What is stored of it. Many ids are not: they are a file of the job, and here is their number. */
export const ExportParameters = StrictObject({
  scope: Type.Optional(Scope),
  transcriptIds: Type.Optional(Type.Array(Id)),
  transcriptCount: Type.Optional(Type.Integer()),
  format: ExportFormat,
  ...optionsOfMany,
});
export type ExportParameters = Static<typeof ExportParameters>;

/** What a manifest says about a file of an archive. */
export type ArchivedTranscript = {
  id: string;
  title: string | null;
  revision: number;
  file: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
};

/** The file of an archive that tells of the others. */
export type ArchiveManifest = {
  format: 'parley-archive';
  version: 1;
  options: ArchiveOptions;
  transcripts: ArchivedTranscript[];
  /** What the format cannot carry. */
  leftOut: { id: string; code: string; message: string }[];
};

/** The options that not every format has. */
export const FORMATS_OF_OPTIONS: Readonly<Record<string, readonly ExportFormat[]>> = {
  maxCharsPerLine: ['srt', 'vtt'],
  wordTimes: ['vtt'],
  times: ['txt'],
  speakers: ['txt'],
};

// The handler writes it itself.
const Text = { schema: Type.Unsafe<Readable>(Type.String()) };
export const ExportFile = {
  description: 'The file.',
  content: {
    'application/json': { schema: Type.Unsafe<Readable>(ExportDocument) },
    'application/x-subrip': Text,
    'text/vtt': Text,
    'text/plain': Text,
    'text/markdown': Text,
    'text/csv': Text,
  },
};
