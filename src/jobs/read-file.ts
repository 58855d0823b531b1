import type { JobFile } from '../db/schema/index.ts';
import type { JobFilesRepository } from '../repositories/job-files.ts';

/**
 * The bytes of a file, a part at a time; the first one has been read when it returns.
 *
 * @returns undefined where the file is gone already; what it gives throws, at the end, when the file
 *   was deleted on the way: half of it must not look whole
 */
export async function openWhole(
  jobFiles: JobFilesRepository,
  { userId, id, size }: JobFile,
): Promise<AsyncGenerator<Uint8Array, void> | undefined> {
  const parts = jobFiles.read(userId, id);
  const first = await parts.next();
  return first.done && size > 0 ? undefined : readOn();

  async function* readOn() {
    let read = 0;
    for (let part = first; !part.done; part = await parts.next()) {
      read += part.value.byteLength;
      yield part.value;
    }
    if (read !== size) throw new Error('a file was deleted while it was read');
  }
}
