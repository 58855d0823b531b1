import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { codeOf } from './system-errors.ts';

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

const HEAD_BYTES = 65_536;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Files that arrive, or that programs make, until they are recordings.
 *
 * @param folder is made when the first one comes
 */
export function createIncoming(folder: string) {
  return { receive, reserve, take, discard };

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
    const content = createContent();
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const part of stream) {
          content.add(part);
          if (content.size() > maxBytes) throw tooLarge();
          await file.appendFile(part);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      return { path, ...content.describe() };
    } catch (error) {
      await discard({ path });
      throw FULL.has(codeOf(error))
        ? new AppError('unavailable', 'There is no room for recordings.', { cause: error })
        : error;
    }
  }

  /** A path that nobody else has, for a file that a program writes. */
  async function reserve(): Promise<string> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return join(folder, randomUUID());
  }

  /** What a program wrote to a path that was reserved. */
  async function take(path: string): Promise<ReceivedFile> {
    const content = createContent();
    for await (const part of createReadStream(path)) content.add(part);
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    return { path, ...content.describe() };
  }

  /** Removes what has arrived and was not kept. */
  async function discard({ path }: Pick<ReceivedFile, 'path'>): Promise<void> {
    await rm(path, { force: true });
  }
}

/** Describes bytes that are seen once, a part at a time. */
function createContent() {
  const hash = createHash('sha256');
  const first: Uint8Array[] = [];
  let size = 0;
  return {
    add(part: Uint8Array): void {
      if (size < HEAD_BYTES) first.push(part);
      size += part.length;
      hash.update(part);
    },
    size: () => size,
    describe: () => ({
      size,
      contentHash: hash.digest('hex'),
      head: Buffer.concat(first).subarray(0, HEAD_BYTES),
    }),
  };
}
