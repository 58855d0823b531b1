import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

export type MediaStorage = ReturnType<typeof createMediaStorage>;

/** Bytes that have arrived, and are not yet a recording of anybody's. */
export type ReceivedFile = {
  /** Where they are; no name that a caller gave is part of it. */
  path: string;
  size: number;
  /** SHA-256, in hex. */
  contentHash: string;
  /** The first 64 KiB, which tell what it is. */
  head: Uint8Array;
};

/** A file that is there, with its path below the folder, such as `<user>/<file>`. */
export type FoundFile = { filePath: string; changedAt: Date };

/** What has arrived, and what is being made. */
const INCOMING = 'incoming';
const FILE_PATH = /^[0-9a-f-]{36}\/[0-9a-f-]{36}$/;
const FOLDER = /^[0-9a-f-]{36}$/;
const HEAD_BYTES = 65_536;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Recordings on disk, below one folder. All names are ids: a file is at `<user>/<file>`, or below
 * `incoming` until it is whole. Where several machines do the work, they share the folder.
 *
 * @param folder is made when the first recording comes
 */
export function createMediaStorage(folder: string) {
  const incoming = join(folder, INCOMING);
  return {
    receive,
    reserve,
    take,
    newPath,
    keep,
    discard,
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
   * Writes a stream to a file of its own, piece by piece, and waits until the disk has it.
   *
   * @param maxBytes of all of it
   * @throws AppError by `tooLarge`; `unavailable` when the disk is full; what the stream throws. The
   *   file is gone then.
   */
  async function receive(
    stream: AsyncIterable<Uint8Array>,
    { maxBytes, tooLarge }: { maxBytes: number; tooLarge: () => AppError },
  ): Promise<ReceivedFile> {
    const path = await reserve();
    const hash = createHash('sha256');
    const first: Uint8Array[] = [];
    let size = 0;
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const part of stream) {
          if (size < HEAD_BYTES) first.push(part);
          size += part.length;
          if (size > maxBytes) throw tooLarge();
          hash.update(part);
          await file.appendFile(part);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const head = Buffer.concat(first).subarray(0, HEAD_BYTES);
      return { path, size, contentHash: hash.digest('hex'), head };
    } catch (error) {
      await discard({ path });
      throw isFull(error)
        ? new AppError('unavailable', 'There is no room for recordings.', { cause: error })
        : error;
    }
  }

  /** A path below `incoming` that nobody else has, for a file that a program writes. */
  async function reserve(): Promise<string> {
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    return join(incoming, randomUUID());
  }

  /** What a program wrote to a path that was reserved. */
  async function take(path: string): Promise<ReceivedFile> {
    const hash = createHash('sha256');
    const first: Uint8Array[] = [];
    let size = 0;
    for await (const part of createReadStream(path)) {
      if (size < HEAD_BYTES) first.push(part);
      size += part.length;
      hash.update(part);
    }
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    const head = Buffer.concat(first).subarray(0, HEAD_BYTES);
    return { path, size, contentHash: hash.digest('hex'), head };
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

  /** Removes what has arrived and was not kept. */
  async function discard({ path }: Pick<ReceivedFile, 'path'>): Promise<void> {
    await rm(path, { force: true });
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

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const isFull = (error: unknown) => FULL.has(codeOf(error));

/** Whether a recording's bytes are not there. */
export const isMissing = (error: unknown) => codeOf(error) === 'ENOENT';
