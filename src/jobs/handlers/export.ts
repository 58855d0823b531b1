import { archiveTranscripts } from '../../library/archive-transcripts.ts';
import { createRepositories, type Repositories } from '../../repositories/index.ts';
import type { ExportParameters } from '../../schemas/exports.ts';
import { defineHandler, type JobHandler, type OutcomeOf, type RunningJob } from '../handler.ts';
import { JobError, LeaseLost } from '../job-error.ts';
import { findExported } from './export-ids.ts';

/** Bytes that are written at a time. */
const RUN_BYTES = 1_048_576;

/** The longest archive: deleting it, and with it a transcript, takes three of the ten seconds there are. */
const MAX_BYTES = 536_870_912;

const NAMED = { name: 'transcripts.zip', mediaType: 'application/zip' };

/**
 * Writes many transcripts into a ZIP archive, which becomes a file of the job. What an attempt before
 * has left is taken away first. Each transcript is linked to the file before anything of it is read:
 * whoever deletes it deletes the file in the same transaction, and the export is made again.
 */
export function createExportHandler(
  { repositories }: { repositories: Repositories },
  maxBytes = MAX_BYTES,
): JobHandler {
  return defineHandler({ type: 'export', concurrency: 2, isLong: true, run });

  async function run(job: RunningJob<ExportParameters>): Promise<OutcomeOf<'export'>> {
    const fileId = await begin(job);
    try {
      return await write(job, fileId);
    } catch (error) {
      if (error instanceof LeaseLost || job.signal.aborted) throw error;
      const isThere = await repositories.jobFiles.getById(job.userId, fileId);
      // What has been written so far is of no use; should it stay, the next attempt takes it away.
      await discard(job).catch(() => {});
      throw isThere || error instanceof JobError ? error : changed(error);
    }
  }

  async function write(
    job: RunningJob<ExportParameters>,
    fileId: string,
  ): Promise<OutcomeOf<'export'>> {
    const { scope: _, transcriptIds: _ids, transcriptCount: _count, ...options } = job.parameters;
    const { total, pages } = await findExported(repositories, job);
    const ids = linked(job, fileId, pages);
    const { archive, manifest } = archiveTranscripts(repositories, job.userId, ids, options);
    let size = 0;
    for await (const bytes of inRuns(archive)) {
      job.signal.throwIfAborted();
      size += bytes.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      const added = await inTransaction(job, ({ jobFiles }) =>
        jobFiles.append(job.userId, fileId, bytes),
      );
      if (!added) throw changed();
      job.progress(Math.min(1, manifest.transcripts.length / Math.max(1, total)));
    }
    const files = manifest.transcripts.length;
    const leftOut = manifest.leftOut.length;
    return {
      result: { transcripts: files + leftOut, files, leftOut, bytes: size },
      createdFiles: [{ id: fileId, ...NAMED, size }],
    };
  }

  /** Those that are still there, once the file is linked to them. */
  async function* linked(job: RunningJob, fileId: string, pages: AsyncIterable<string[]>) {
    for await (const page of pages) {
      job.signal.throwIfAborted();
      const ids = await inTransaction(job, ({ jobFiles }) =>
        jobFiles.linkTranscripts(job.userId, fileId, page),
      );
      if (!ids) throw changed();
      for (const id of ids) {
        job.signal.throwIfAborted();
        yield id;
      }
    }
  }
}

async function begin(job: RunningJob): Promise<string> {
  return inTransaction(job, async ({ jobFiles }) => {
    await jobFiles.deleteOutputs(job.userId, job.id);
    const file = await jobFiles.create(job.userId, { jobId: job.id, kind: 'output', ...NAMED });
    return file.id;
  });
}

async function discard(job: RunningJob): Promise<void> {
  await inTransaction(job, ({ jobFiles }) => jobFiles.deleteOutputs(job.userId, job.id));
}

function inTransaction<T>(
  { db }: RunningJob,
  work: (repositories: Repositories) => Promise<T>,
): Promise<T> {
  return db.transaction((tx) => work(createRepositories(tx)));
}

/** The same bytes in runs of one length, but for the last. */
async function* inRuns(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    size += chunk.byteLength;
    if (size < RUN_BYTES) continue;
    let rest: Uint8Array = Buffer.concat(waiting);
    for (; rest.byteLength >= RUN_BYTES; rest = rest.subarray(RUN_BYTES)) {
      yield rest.subarray(0, RUN_BYTES);
    }
    waiting = [rest];
    size = rest.byteLength;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

const changed = (cause?: unknown): JobError =>
  new JobError('transcript_deleted', 'A transcript was deleted while it was exported.', {
    transient: true,
    cause,
  });

const tooLarge = (maxBytes: number): JobError =>
  new JobError('export_too_large', `The archive is larger than ${maxBytes} bytes; export less.`);
