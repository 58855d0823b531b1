import type { Database } from '../db/client.ts';
import type { Job } from '../db/schema/index.ts';
import { createRepositories } from '../repositories/index.ts';
import type { ImportTranscript, UploadTranscript } from '../schemas/transcripts.ts';
import type { Bell } from './bell.ts';
import { enqueue } from './enqueue.ts';
import { toImportJob } from './to-import-job.ts';

/** The most content that a request waits for, in bytes: half a minute's work for a slow embedding model. */
const LARGE_BYTES = 1_048_576;

/** Whether a caller is not to wait until this is imported. */
export function isLargeImport(body: ImportTranscript | UploadTranscript): boolean {
  if ('file' in body) return body.file.byteLength > LARGE_BYTES;
  const { text, segments } = body;
  const content = text ?? (segments && JSON.stringify(segments));
  return content !== undefined && Buffer.byteLength(content) > LARGE_BYTES;
}

/**
 * Stores what is to be imported, for a worker to do it.
 *
 * @param idempotencyKey the same content again, under the same key, is the same job
 * @throws AppError `validation_failed`; `idempotency_mismatch` for a key under which another job was
 *   created
 */
export async function importLater(
  { db, workersBell }: { db: Database; workersBell: Bell },
  userId: string,
  body: ImportTranscript | UploadTranscript,
  idempotencyKey: string | null,
): Promise<Job> {
  const accepted = toImportJob(body);
  const job = await db.transaction((tx) =>
    enqueue(createRepositories(tx), userId, accepted, {
      type: 'import',
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    }),
  );
  workersBell.ring();
  return job;
}
