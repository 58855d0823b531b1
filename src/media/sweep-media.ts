import type { MediaFilesRepository } from '../repositories/media-files.ts';
import type { MediaStorage } from './storage.ts';

/** A file that is younger may belong to a row that is being written. */
const ORPHANED_AFTER_MS = 3_600_000;

/** Files that are looked up at once. */
const SLICE = 500;

/**
 * Removes files that belong to nobody: their row is gone or was never written, because a process
 * ended between the two. Ends downloads that their jobs have left behind. Any number of servers may
 * do it at once.
 *
 * @returns how many files were removed
 */
export async function sweepMedia(
  media: MediaStorage,
  mediaFiles: MediaFilesRepository,
): Promise<number> {
  await mediaFiles.failAbandoned();
  const before = Date.now() - ORPHANED_AFTER_MS;
  let removed = 0;
  let slice: string[] = [];
  for await (const { filePath, changedAt } of media.list()) {
    if (changedAt.getTime() > before) continue;
    slice.push(filePath);
    if (slice.length === SLICE) await removeOrphans();
  }
  await removeOrphans();
  return removed;

  async function removeOrphans(): Promise<void> {
    const stored = new Set(await mediaFiles.listStored(slice));
    for (const filePath of slice.filter((path) => !stored.has(path))) {
      await media.removeFound(filePath);
      removed += 1;
    }
    slice = [];
  }
}
