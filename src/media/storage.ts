import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createIncoming, type ReceivedFile } from './incoming.ts';
import { isMissing } from './system-errors.ts';

export type MediaStorage = ReturnType<typeof createMediaStorage>;

/** A file that is there, with its path below the folder, such as `<user>/<file>`. */
export type FoundFile = { filePath: string; changedAt: Date };

/** What has arrived, and what is being made. */
const INCOMING = 'incoming';
const FILE_PATH = /^[0-9a-f-]{36}\/[0-9a-f-]{36}$/;
const FOLDER = /^[0-9a-f-]{36}$/;

/**
 * Recordings on disk, below one folder. All names are ids: a file is at `<user>/<file>`, or below
 * `incoming` until it is whole. Where several machines do the work, they share the folder.
 *
 * @param folder is made when the first recording comes
 */
export function createMediaStorage(folder: string) {
  return {
    ...createIncoming(join(folder, INCOMING)),
    newPath,
    keep,
    remove,
    removeFolder,
    removeFound,
    pathOf,
    read,
    list,
  };

  /** The absolute or relative path of a stored recording. @throws Error for a path that is none */
  function pathOf(filePath: string): string {
    if (!FILE_PATH.test(filePath)) throw new Error('this is not the path of a recording');
    return join(folder, filePath);
  }

  /**
   * A path for bytes of a user's that nobody else has. No two writes share one: whoever has lost a
   * job, and does not know it yet, replaces nothing that another one has stored.
   */
  function newPath(userId: string): string {
    return `${userId}/${randomUUID()}`;
  }

  /**
   * Moves what has arrived to where its row says, in one step: readers see all of it or nothing.
   * Belongs at the end of the transaction that writes the row.
   */
  async function keep(received: Pick<ReceivedFile, 'path'>, filePath: string): Promise<void> {
    const path = pathOf(filePath);
    const home = join(path, '..');
    const move = async () => {
      await mkdir(home, { recursive: true, mode: 0o700 });
      await rename(received.path, path);
    };
    // Between the two a sweep may find the folder empty, and remove it.
    await move().catch((error) => (isMissing(error) ? move() : Promise.reject(error)));
    // The new name is on the disk only with its folder.
    const handle = await open(home);
    await handle.sync().finally(() => handle.close());
  }

  /** Removes a recording; one that is not there is no mistake. */
  async function remove(filePath: string): Promise<void> {
    await rm(pathOf(filePath), { force: true });
  }

  /** Removes a user's folder with all that is in it. */
  async function removeFolder(userId: string): Promise<void> {
    if (!FOLDER.test(userId)) throw new Error('this is not the folder of a user');
    await rm(join(folder, userId), { recursive: true, force: true });
  }

  /** Removes a file that `list` found, and its folder where that is empty then. */
  async function removeFound(filePath: string): Promise<void> {
    const path = join(folder, filePath);
    await rm(path, { force: true });
    // One that is not empty stays.
    if (FILE_PATH.test(filePath)) await rmdir(join(path, '..')).catch(() => {});
  }

  /**
   * Some bytes of a recording.
   *
   * @throws Error of the system when the file is not there
   */
  async function read(filePath: string, start: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    const end = start + length - 1;
    if (length === 0) return Buffer.alloc(0);
    for await (const part of createReadStream(pathOf(filePath), { start, end })) parts.push(part);
    return Buffer.concat(parts);
  }

  /** All files that are there: of recordings, and of what has not become one. */
  async function* list(): AsyncGenerator<FoundFile, void> {
    for (const name of await namesIn(folder)) {
      if (name !== INCOMING && !FOLDER.test(name)) continue;
      for (const file of await namesIn(join(folder, name))) {
        const found = await stat(join(folder, name, file)).catch(() => undefined);
        if (found?.isFile()) yield { filePath: `${name}/${file}`, changedAt: found.mtime };
      }
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) names.push(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return names;
}
