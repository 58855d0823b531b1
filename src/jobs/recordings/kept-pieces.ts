import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TranscriptionResult } from '../../db/schema/index.ts';
import { Transcription } from '../../providers/read-transcription.ts';
import { createRepositories, type Repositories } from '../../repositories/index.ts';
import type { RunningJob } from '../handler.ts';
import { JobError } from '../job-error.ts';
import type { AudioPiece } from './choose-audio.ts';

/** What was heard in a piece of a recording. */
export const HeardPiece = Type.Object({
  offsetMs: Type.Integer(),
  durationMs: Type.Union([Type.Integer(), Type.Null()]),
  model: Type.String(),
  tookMs: Type.Number(),
  answer: Transcription,
});
export type HeardPiece = Static<typeof HeardPiece>;

const RawContent = Compile(Type.Object({ pieces: Type.Array(HeardPiece) }));

/**
 * The result that a job fills, piece by piece, so that whoever does the job again pays for no piece
 * twice. It has the job's own id.
 *
 * @returns what has been heard; nothing where the recording would be cut differently by now
 * @throws AppError `not_found` when the recording is gone
 */
export async function openResult(
  { transcriptionResults }: Repositories,
  job: RunningJob,
  mediaFileId: string,
  plan: readonly AudioPiece[],
  model: string,
): Promise<HeardPiece[]> {
  const known = await transcriptionResults.getById(job.userId, job.id);
  const heard = known ? readKept(known) : [];
  const fits = heard.every(
    (piece, index) =>
      piece.model === model &&
      piece.offsetMs === plan[index]?.offsetMs &&
      piece.durationMs === plan[index]?.durationMs,
  );
  if (known && fits) return heard;
  await job.db.transaction(async (tx) => {
    const repository = createRepositories(tx).transcriptionResults;
    const rawContent = { pieces: [] };
    if (known) await repository.update(job.userId, job.id, { rawContent });
    else {
      const version = { version: 'v1', pipelineVersion: 'v1' } as const;
      await repository.create(job.userId, { id: job.id, mediaFileId, ...version, rawContent });
    }
  });
  return [];
}

/** Keeps what was heard in a piece. @throws JobError `not_found` when the recording is gone */
export async function keepPiece(job: RunningJob, index: number, piece: HeardPiece): Promise<void> {
  const isKept = await job.db.transaction((tx) =>
    createRepositories(tx).transcriptionResults.addPiece(job.userId, job.id, index, piece),
  );
  if (!isKept) throw new JobError('not_found', 'The recording was deleted.');
}

function readKept({ rawContent }: TranscriptionResult): HeardPiece[] {
  return RawContent.Check(rawContent) ? rawContent.pieces : [];
}
