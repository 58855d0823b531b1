import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { ArchivedTranscript, ArchiveManifest, ArchiveOptions } from '../schemas/exports.ts';
import { createArchiveNames } from './archive-names.ts';
import { exportTranscript } from './export-transcript.ts';
import { type ZippedFile, zipFiles } from './zip-files.ts';

const MANIFEST = 'manifest.json';

/**
 * Writes transcripts into a ZIP archive while it is read, a file for each, and last a manifest that
 * says what is in them. A transcript that is no more is left out; one that the format cannot carry is
 * left out as well, and the manifest says why.
 *
 * @param ids of transcripts; asked for one after the other
 * @returns the archive, and its manifest, which is whole once the archive has been read
 */
export function archiveTranscripts(
  repositories: Repositories,
  userId: string,
  ids: AsyncIterable<string>,
  options: ArchiveOptions,
): { archive: Readable; manifest: ArchiveManifest } {
  const nameOf = createArchiveNames(options.format, [MANIFEST]);
  const manifest: ArchiveManifest = {
    format: 'parley-archive',
    version: 1,
    options,
    transcripts: [],
    leftOut: [],
  };
  return { archive: zipFiles(files()), manifest };

  async function* files(): AsyncGenerator<ZippedFile, void> {
    for await (const id of ids) {
      const file = await fileOf(id);
      if (file) yield file;
    }
    yield { name: MANIFEST, content: encode([`${JSON.stringify(manifest, null, 2)}\n`]) };
  }

  async function fileOf(id: string): Promise<ZippedFile | undefined> {
    try {
      const { title, revision, text } = await exportTranscript(repositories, userId, id, options);
      const file = nameOf(title, id);
      const entry = { id, title, revision, file, bytes: 0, sha256: '' };
      return { name: file, content: noted(entry, encode(text)) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message } = error;
      if (code === 'not_acceptable') manifest.leftOut.push({ id, code, message });
      else if (code !== 'not_found') throw error;
      return undefined;
    }
  }

  /** Notes a file in the manifest, once all of it has been read. */
  async function* noted(entry: ArchivedTranscript, content: AsyncIterable<Buffer>) {
    const hash = createHash('sha256');
    for await (const bytes of content) {
      hash.update(bytes);
      entry.bytes += bytes.byteLength;
      yield bytes;
    }
    manifest.transcripts.push({ ...entry, sha256: hash.digest('hex') });
  }
}

async function* encode(text: AsyncIterable<string> | Iterable<string>) {
  for await (const part of text) if (part !== '') yield Buffer.from(part);
}
