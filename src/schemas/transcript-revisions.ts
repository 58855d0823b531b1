import { type Static, Type } from 'typebox';
import {
  DateTime,
  Id,
  MAX_INTEGER,
  Nullable,
  PageQuery,
  reference,
  StrictObject,
} from './common.ts';
import { Receipt, TrackKind } from './receipts.ts';
import { ListedSegment } from './segments.ts';
import { importContent, importFile, type Transcript } from './transcripts.ts';

export const RevisionNumber = Type.Integer({ minimum: 1, maximum: MAX_INTEGER });

export const TranscriptRevision = StrictObject({
  id: Id,
  number: Type.Integer({ minimum: 1 }),
  format: Type.String(),
  language: Nullable(Type.String()),
  trackKind: TrackKind,
  madeBy: Type.Enum(['import', 'fetch', 'edit', 'transcribe', 'enhance']),
  baseNumber: Nullable(
    Type.Integer({ minimum: 1, description: 'The revision that was corrected.' }),
  ),
  contentHash: Type.String(),
  receipt: Receipt,
  createdAt: DateTime,
});

/** A transcript with the revision that was added to it, or made its current one. */
export const RevisedTranscript = StrictObject({
  transcript: reference<Transcript>('Transcript'),
  revision: TranscriptRevision,
});

const activate = Type.Optional(
  Type.Boolean({ default: true, description: 'Whether it becomes the current revision.' }),
);

/** Another version of what was said: either `text` in some format, or `segments`. */
export const AddRevision = StrictObject(
  { ...importContent, activate },
  {
    examples: [
      {
        text: 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada>The release has moved to Thursday.\n',
      },
    ],
  },
);
export type AddRevision = Static<typeof AddRevision>;

/** The same as a form. */
export const UploadRevision = StrictObject({ ...importFile, activate });
export type UploadRevision = Static<typeof UploadRevision>;

export const RevisionParams = StrictObject({ id: Id, number: RevisionNumber });

export const DiffQuery = StrictObject({
  ...PageQuery.properties,
  against: Type.Optional(
    Type.Integer({
      ...RevisionNumber,
      description: 'The older revision; unless given, the one that was corrected or came before.',
    }),
  ),
});

/** A segment that was added, removed, or replaced by another one of about the same time. */
export const SegmentChange = StrictObject({
  kind: Type.Enum(['added', 'removed', 'changed']),
  before: Nullable(ListedSegment),
  after: Nullable(ListedSegment),
});
