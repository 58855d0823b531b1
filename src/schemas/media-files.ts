import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';

/** A stored recording. */
export const MediaFile = StrictObject(
  {
    id: Id,
    mediaSourceId: Nullable(Id),
    sourceFileId: Nullable(Id),
    fileName: Type.String(),
    fileSize: Type.Integer({ minimum: 0, description: 'Bytes.' }),
    durationSeconds: Nullable(Type.Number({ minimum: 0 })),
    formatInfo: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'What its bytes say: `mediaType`, and of a WAV file `sampleRate` and `channels`.',
    }),
    contentHash: Nullable(Type.String({ description: 'SHA-256 of the bytes, in hex.' })),
    downloadStatus: Type.Enum(['pending', 'downloading', 'completed', 'failed']),
    downloadError: Nullable(Type.String()),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { $id: 'MediaFile' },
);
export type MediaFile = Static<typeof MediaFile>;

/** A recording as a form: one file, which may be larger than other uploads. */
export const UploadMediaFile = StrictObject(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    // Bytes, which are no JSON `string`; in the document this becomes `format: binary`.
    file: Type.Unsafe<unknown>({
      contentEncoding: 'binary',
      description: 'Sound or video, in any format that the endpoint or ffmpeg reads.',
    }),
    fileName: Type.Optional(Type.String({ maxLength: 255, description: 'Taken from the file.' })),
  },
  { examples: [{ title: 'Stand-up', file: 'The bytes of a recording.' }] },
);
export type UploadMediaFile = Static<typeof UploadMediaFile>;

const Language = Type.String({
  pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$',
  maxLength: 35,
});

/** What a `transcribe` job is asked for. */
export const TranscribeRecording = StrictObject(
  {
    mediaFileId: Id,
    language: Type.Optional(Language),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    prompt: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: 'Words that come, such as names.',
      }),
    ),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { examples: [{ mediaFileId: '6f1c0a52-8d3b-4f0e-9b7a-2f4c5d6e7f80', language: 'en' }] },
);

/** What a `preprocess` job is asked for. */
export const PreprocessRecording = StrictObject(
  { mediaFileId: Id },
  { examples: [{ mediaFileId: '6f1c0a52-8d3b-4f0e-9b7a-2f4c5d6e7f80' }] },
);

/** What a `download` job is asked for. */
export const DownloadRecording = StrictObject(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'A YouTube video; or, where the server allows it, a recording anywhere.',
    }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { examples: [{ url: 'https://youtu.be/dQw4w9WgXcQ' }] },
);

/** What is stored of it: the video, or the link to a file. */
export const DownloadParameters = StrictObject({
  youtubeVideoId: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  title: DownloadRecording.properties.title,
});
