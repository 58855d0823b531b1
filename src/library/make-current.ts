import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import { durationMs, transcriptText } from '../transcripts/segments.ts';
import { carryCitations } from './carry-citations.ts';
import type { PreparedRevision } from './prepare-revision.ts';

/**
 * Makes a stored revision the one that is read, searched and cited: chunks, vectors, lexical index,
 * speakers and text become its own, and citations of others are carried over to it.
 *
 * @param repositories of a transaction, so that readers see all of it or nothing; it holds the
 *   embedding model of `prepared`
 * @throws AppError `not_found` when the transcript is gone
 */
export async function makeCurrent(
  repositories: Repositories,
  userId: string,
  revision: TranscriptRevision,
  prepared: PreparedRevision,
): Promise<TranscriptSummary> {
  const { chunks, embeddings, searchIndex, transcripts, transcriptSpeakers } = repositories;
  const { transcriptId } = revision;
  const { segments, added, kept, searchConfig, language, embeddingModel } = prepared;
  const saidMs = durationMs(segments);
  await chunks.deleteOthers(userId, transcriptId, kept);
  const fresh = added.map(({ chunk }) => chunk);
  const ids = await chunks.createMany(userId, transcriptId, searchConfig, fresh);
  await embeddings.createMany(
    userId,
    embeddingModel.id,
    added.flatMap(({ vector }, index) => ({ chunkId: ids[index] ?? '', vector })),
  );
  await searchIndex.refresh(userId, transcriptId);
  const recorded = await recordedSeconds(repositories, userId, transcriptId);
  const transcript = await transcripts.update(userId, transcriptId, {
    currentRevisionId: revision.id,
    status: 'ready',
    language,
    // A recording may go on after its last word, but it does not end before it.
    ...(saidMs === null ? {} : { duration: Math.max(recorded, Math.ceil(saidMs / 1_000)) }),
    transcriptText: await inSlices(transcriptText(segments)),
  });
  if (!transcript) throw new AppError('not_found');
  await transcriptSpeakers.refresh(userId, transcriptId);
  await carryCitations(repositories, userId, revision, prepared.anchors);
  return transcript;
}

/** How long the recording is, where that is more than what its last revision says; else 0. */
async function recordedSeconds(
  { transcripts, transcriptRevisions }: Repositories,
  userId: string,
  transcriptId: string,
): Promise<number> {
  const known = (await transcripts.getById(userId, transcriptId))?.duration ?? 0;
  const before = await transcriptRevisions.getCurrent(userId, transcriptId);
  const said = Math.ceil((before?.receipt.durationMs ?? 0) / 1_000);
  return known > said ? known : 0;
}
