import { finished, PassThrough, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';

/** `content` is read once, when everything before it has been. */
export type ZippedFile = { name: string; content: AsyncIterable<Uint8Array> };

/** A fixed moment and nothing of the machine: the same files are the same bytes, wherever that is. */
const OPTIONS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };

const ended = promisify(finished);

/**
 * Puts files into a ZIP archive while it is read, however large either is.
 *
 * @returns bytes; what fails while files are read, fails there
 */
export function zipFiles(files: AsyncIterable<ZippedFile>): Readable {
  const zip = new ZipFile();
  const archive = new PassThrough();
  zip.on('error', (error: Error) => archive.destroy(error));
  zip.outputStream.pipe(archive);
  // Who stops reading waits for nothing more: what is being read is let go.
  const left = new AbortController();
  archive.once('close', () => left.abort());
  add().catch((error: Error) => archive.destroy(error));
  return archive;

  async function add(): Promise<void> {
    for await (const { name, content } of files) {
      const input = Readable.from(content);
      zip.addReadStream(input, name, OPTIONS);
      try {
        await ended(input, { writable: false, signal: left.signal });
      } finally {
        input.destroy();
      }
    }
    zip.end();
  }
}
