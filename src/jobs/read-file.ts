import type { JobFile } from '../db/schema/index.ts';
import type { JobFilesRepository } from '../repositories/job-files.ts';

/**
 * The bytes of a file, a part at a time.
 *
 * @throws Error at the end, when the file was deleted on the way: half of it must not look whole
 */
export async function* readWhole(
  jobFiles: JobFilesRepository,
  { userId, id, size }: JobFile,
): AsyncGenerator<Uint8Array, void> {
  let read = 0;
  for await (const part of jobFiles.read(userId, id)) {
    read += part.byteLength;
    yield part;
  }
  if (read !== size) throw new Error('a file was deleted while it was read');
}
