import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';
import { findTranscript } from './find-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import { makeCurrent } from './make-current.ts';
import { prepareRevision, type RevisionContent } from './prepare-revision.ts';

/** A transcript with the revision that is now its current one. */
export type RevisedTranscript = { transcript: TranscriptSummary; revision: TranscriptRevision };

/** How a transcript is to be revised. */
export type RevisionPlan = {
  /**
   * Reads or makes what the new current revision says, once more for each attempt; what it throws
   * goes to the caller.
   */
  read(
    transcript: TranscriptSummary,
  ): Promise<Omit<RevisionContent, 'chapters'>> | Omit<RevisionContent, 'chapters'>;
  /** Stores that revision, or finds it, on the repositories of the transaction. */
  write(repositories: Repositories): Promise<TranscriptRevision>;
};

/** Two revisions at once are rare, three are nearly impossible; models are switched once in months. */
const ATTEMPTS = 3;

/**
 * Makes another revision the current one. What takes long is done before the transaction; should
 * somebody else have revised the transcript by then, or switched the embedding model, it is done again.
 *
 * @throws AppError `not_found`; `revision_conflict` when others were faster; `model_failed`,
 *   `model_timeout` or `model_unavailable` when it cannot be embedded
 */
export async function reviseTranscript(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  plan: RevisionPlan,
): Promise<RevisedTranscript> {
  const { db, repositories } = dependencies;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await findTranscript(repositories, userId, transcriptId);
    const content = { ...(await plan.read(before)), chapters: before.chapters };
    const prepared = await prepareRevision(dependencies, userId, transcriptId, content);
    const revised = await db.transaction(async (tx) => {
      const inside = createRepositories(tx);
      const locked = await inside.transcripts.lock(userId, transcriptId);
      if (!locked) throw new AppError('not_found');
      if (locked.currentRevisionId !== before.currentRevisionId) return undefined;
      // The revision may be the same again after others, and its chunks others than they were.
      if (!(await inside.chunks.hasAll(userId, transcriptId, prepared.kept))) return undefined;
      if (!(await inside.embeddingModels.holdActive(prepared.embeddingModel.id))) return undefined;
      const revision = await plan.write(inside);
      const transcript = await makeCurrent(inside, userId, revision, prepared);
      return { transcript, revision };
    });
    if (revised) return revised;
  }
  throw new AppError('revision_conflict');
}
