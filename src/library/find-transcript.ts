import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';

/** The user's transcript of an id. @throws AppError `not_found` */
export async function findTranscript(
  { transcripts }: Repositories,
  userId: string,
  id: string,
): Promise<TranscriptSummary> {
  const transcript = await transcripts.getById(userId, id);
  if (!transcript) throw new AppError('not_found');
  return transcript;
}
