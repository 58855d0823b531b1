import type { JobFile } from '../db/schema/index.ts';
import type { Repositories } from '../repositories/index.ts';
import type { RunningJob } from './handler.ts';
import { JobError } from './job-error.ts';

/**
 * All bytes of the file that was stored for a job to read.
 *
 * @throws JobError `input_missing`
 */
export async function readInput(
  { jobFiles }: Repositories,
  { userId, id }: RunningJob,
): Promise<{ file: JobFile; bytes: Uint8Array }> {
  const file = (await jobFiles.listByJob(userId, id)).find(({ kind }) => kind === 'input');
  if (!file) throw missing();
  const bytes = new Uint8Array(file.size);
  let length = 0;
  for await (const part of jobFiles.read(userId, file.id)) {
    bytes.set(part, length);
    length += part.byteLength;
  }
  if (length < file.size) throw missing();
  return { file, bytes };
}

function missing(): JobError {
  return new JobError('input_missing', 'The file that this job reads is gone.');
}
