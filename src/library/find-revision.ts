import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';

/** The revision of a transcript of the user's by its number. @throws AppError `not_found` */
export async function findRevision(
  { transcriptRevisions }: Repositories,
  userId: string,
  transcriptId: string,
  number: number,
): Promise<TranscriptRevision> {
  const revision = await transcriptRevisions.getByNumber(userId, transcriptId, number);
  if (!revision) throw new AppError('not_found');
  return revision;
}
