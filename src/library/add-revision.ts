import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import { contentHash } from '../transcripts/content-hash.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import { createReceipt } from '../transcripts/receipt.ts';
import { activateRevision } from './activate-revision.ts';
import { findTranscript } from './find-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import { type RevisedTranscript, reviseTranscript } from './revise-transcript.ts';
import { segmentDetails } from './segment-details.ts';

/** `created` is false when the transcript had this content already, as the revision that is returned. */
export type AddedRevision = RevisedTranscript & { created: boolean };

/** What the caller says about a revision. */
export type RevisionDetails = {
  language?: string | undefined;
  /** Whether it becomes the one that is read, searched and cited. */
  activate: boolean;
};

/**
 * Adds another version of what was said to a transcript.
 *
 * @throws AppError `not_found` for the transcript; `revision_conflict` when others were faster
 */
export async function addRevision(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  parsed: ParsedTranscript,
  { language: given, activate }: RevisionDetails,
): Promise<AddedRevision> {
  const { repositories, db, signal } = dependencies;
  const transcript = await findTranscript(repositories, userId, transcriptId);
  const language = given ?? parsed.language ?? transcript.language;
  const hash = await inSlices(contentHash(parsed.segments), signal);
  const known = segmentDetails(parsed.segments);
  const getSame = (of: Repositories) =>
    of.transcriptRevisions.getSame(userId, transcriptId, hash, known, language);
  const same = await getSame(repositories);
  if (same) {
    const current = activate
      ? await activateRevision(dependencies, userId, transcriptId, same.number)
      : { transcript, revision: same };
    return { ...current, created: false };
  }

  const receipt = await inSlices(createReceipt(parsed), signal);
  let created = true;
  const write = async (inside: Repositories): Promise<TranscriptRevision> => {
    // The same content may have come in twice at once. Under the lock the second one sees the first.
    const winner = await getSame(inside);
    created = winner === undefined;
    if (winner) return winner;
    const revision = await inside.transcriptRevisions.create(userId, {
      transcriptId,
      number: (await inside.transcriptRevisions.lastNumber(userId, transcriptId)) + 1,
      format: parsed.format,
      trackKind: parsed.trackKind,
      language,
      contentHash: hash,
      receipt,
      provenance: parsed.provenance ?? null,
    });
    await inside.segments.createMany(userId, revision.id, parsed.segments);
    return revision;
  };
  if (activate) {
    const content = { segments: parsed.segments, language };
    const plan = { read: () => content, write };
    const revised = await reviseTranscript(dependencies, userId, transcriptId, plan);
    return { ...revised, created };
  }
  const revision = await db.transaction(async (tx) => {
    const inside = createRepositories(tx);
    // Numbers are given out one at a time.
    if (!(await inside.transcripts.lock(userId, transcriptId))) throw new AppError('not_found');
    return write(inside);
  });
  return { transcript, revision, created };
}
