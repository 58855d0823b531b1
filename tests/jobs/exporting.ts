import type { Database } from '../../src/db/client.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { createExportHandler } from '../../src/jobs/handlers/export.ts';
import { exportRequest } from '../../src/jobs/requests/export.ts';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';
import { runDueJobs } from '../helpers/jobs.ts';
import { unzip } from '../helpers/unzip.ts';

export type Manifest = {
  options: object;
  transcripts: { id: string; title: string; file: string; bytes: number; sha256: string }[];
  leftOut: { id: string; code: string }[];
};

/** Exports of many transcripts on a database. */
export function createExports(db: Database) {
  const repositories = createRepositories(db);
  return { ask, attempt, exportMany, archiveOf };

  /** Enqueues an export. @returns the job's id */
  async function ask(userId: string, body: object): Promise<string> {
    const [accepted] = await exportRequest.accept(repositories, userId, [body]);
    if (!accepted) throw new Error('nothing was accepted');
    return (await enqueue(repositories, userId, accepted, { type: 'export' })).id;
  }

  /** @param through what the handler and its end are given for repositories */
  async function attempt(through: Repositories = repositories, maxBytes?: number): Promise<number> {
    await query(db, `update jobs set run_after = now() where status = 'queued'`);
    const handler = createExportHandler({ repositories: through }, maxBytes);
    return runDueJobs({ db, repositories: through, jobHandlers: new Map([['export', handler]]) });
  }

  async function exportMany(userId: string, body: object) {
    const id = await ask(userId, body);
    await attempt();
    return { id, ...(await archiveOf(userId, id)) };
  }

  /** The one file that a job made. */
  async function archiveOf(userId: string, jobId: string) {
    const job = await repositories.jobs.getById(userId, jobId);
    const [created] = job?.createdFiles ?? [];
    if (!job || !created) throw new Error(`no file: ${job?.status} ${job?.errorMessage}`);
    const parts: Uint8Array[] = [];
    for await (const part of repositories.jobFiles.read(userId, created.id)) parts.push(part);
    const bytes = Buffer.concat(parts);
    const files = unzip(bytes);
    const manifest: Manifest = JSON.parse(String(files.get('manifest.json')));
    return { job, created, bytes, files, manifest };
  }
}
