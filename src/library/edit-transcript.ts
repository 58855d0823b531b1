import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Receipt } from '../schemas/receipts.ts';
import type { Segment } from '../schemas/segments.ts';
import { contentHash } from '../transcripts/content-hash.ts';
import { describeSegments } from '../transcripts/receipt.ts';
import { atOnce } from '../transcripts/steps.ts';
import { findTranscript } from './find-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import { readSegments } from './read-segments.ts';
import { type RevisedTranscript, reviseTranscript } from './revise-transcript.ts';

/** Makes the new segments of the old ones. Those that stay the same must be the same objects. */
export type TranscriptEdit = (segments: readonly Segment[]) => Segment[];

type EditOptions = {
  /** The number of the revision that the caller has in mind; another is a conflict. */
  expected?: number | undefined;
  /** Who corrects: a person, unless told otherwise. */
  madeBy?: 'edit' | 'enhance';
};

/** An edit that was made of a revision, and is about to be stored. */
type Draft = { base: TranscriptRevision; before: Segment[]; after: Segment[] };

/**
 * Corrects the current revision of a transcript. The result is a new revision, for which only the
 * segments and chunks that changed are sent to the database; the old one stays as it is.
 *
 * @returns the current revision as it is when the edit changes nothing
 * @throws AppError `not_found`, `revision_conflict`, or what `edit` throws
 */
export async function editTranscript(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  edit: TranscriptEdit,
  { expected, madeBy = 'edit' }: EditOptions = {},
): Promise<RevisedTranscript> {
  const { repositories } = dependencies;
  const transcript = await findTranscript(repositories, userId, transcriptId);
  const base = await repositories.transcriptRevisions.getCurrent(userId, transcriptId);
  if (!base) throw new AppError('not_found');
  if (expected !== undefined && base.number !== expected) {
    throw new AppError('revision_conflict', `The current revision is number ${base.number}.`);
  }
  const before = await readSegments(repositories, userId, base.id);
  const draft = { base, before, after: edit(before) };
  if (draft.after.every((segment, index) => segment === before[index])) {
    return { transcript, revision: base };
  }
  return reviseTranscript(dependencies, userId, transcriptId, {
    read({ currentRevisionId }) {
      if (currentRevisionId !== base.id) throw new AppError('revision_conflict');
      return { segments: draft.after, language: base.language };
    },
    async write({ transcriptRevisions, segments }) {
      const number = (await transcriptRevisions.lastNumber(userId, transcriptId)) + 1;
      const revision = await transcriptRevisions.create(userId, {
        ...newRevision(draft, number),
        madeBy,
      });
      const changed = draft.after
        .map((segment, position) => ({ ...segment, position }))
        .filter(({ position }) => draft.after[position] !== before[position]);
      await segments.copy(userId, base.id, revision.id, changed);
      return revision;
    },
  });
}

function newRevision({ base, before, after }: Draft, number: number) {
  const { transcriptId, language, trackKind, format } = base;
  return {
    transcriptId,
    number,
    format,
    language,
    trackKind,
    baseNumber: base.number,
    contentHash: atOnce(contentHash(after)),
    receipt: editReceipt(base.receipt, before, after),
  };
}

/** Before is the corrected revision, after is the new one. */
function editReceipt(
  { format, trackKind }: Receipt,
  before: readonly Segment[],
  after: readonly Segment[],
): Receipt {
  const read = atOnce(describeSegments(before));
  return {
    format,
    trackKind,
    cuesRead: read.segments,
    wordsRead: read.words,
    merged: 0,
    dropped: 0,
    overlapping: 0,
    outOfOrder: 0,
    ...atOnce(describeSegments(after)),
    warnings: [],
  };
}
