import { expect } from 'vitest';
import type { Job } from '../../src/db/schema/index.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { JOB_REQUESTS } from '../../src/jobs/requests.ts';
import { createConfiguredEmbeddings } from '../../src/providers/configured-embeddings.ts';
import type { Embeddings } from '../../src/providers/embeddings.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { JobType } from '../../src/schemas/job-types.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { runDueJobs } from '../helpers/jobs.ts';

/** An app whose jobs are done when the test says so, and in which something happens meanwhile. */
export async function buildImportingApp(...[settings, parts]: Parameters<typeof buildTestApp>) {
  const configured = createConfiguredEmbeddings();
  let interruption: (() => Promise<unknown>) | undefined;
  const embeddings: Embeddings = {
    providerFor(model) {
      const provider = configured.providerFor(model);
      return {
        ...provider,
        async embed(...request) {
          const work = interruption;
          interruption = undefined;
          await work?.();
          return provider.embed(...request);
        },
      };
    },
  };
  const app = await buildTestApp(settings, { embeddings, ...parts });
  const { db, repositories, jobHandlers } = app;
  return { ...app, add, getJob, runs, library, meanwhile, run: () => runDueJobs(app), crashAfter };

  /** What `POST /v1/jobs` does with a body. */
  async function add(userId: string, type: JobType, ...bodies: object[]): Promise<Job[]> {
    const request = JOB_REQUESTS.get(type);
    if (!request) throw new Error(`nobody may ask for ${type}`);
    return db.transaction(async (tx) => {
      const inside = createRepositories(tx);
      const jobs: Job[] = [];
      for (const accepted of await request.accept(inside, userId, bodies)) {
        jobs.push(await enqueue(inside, userId, accepted, { type }));
      }
      return jobs;
    });
  }

  async function getJob(userId: string, id: string | undefined): Promise<Job> {
    const job = await repositories.jobs.getById(userId, id ?? '');
    if (!job) throw new Error('no such job');
    return job;
  }

  async function runs(jobId: string | undefined) {
    return query<{ outcome: string; error: unknown }>(
      db,
      `select outcome, error from job_runs where job_id = '${jobId}' order by attempt`,
    );
  }

  /** How many rows there are of what an import writes, and of what jobs read. */
  async function library(): Promise<Record<string, number>> {
    const tables = [
      ...['transcripts', 'transcript_revisions', 'segments', 'chunks', 'vector_embeddings'],
      ...['postings', 'job_files', 'job_file_parts'],
    ];
    const counts = tables.map((table) => `(select count(*)::integer from ${table}) as ${table}`);
    const [row] = await query<Record<string, number>>(db, `select ${counts.join(', ')}`);
    return row ?? {};
  }

  /** @param work is done once, while the next texts are embedded */
  function meanwhile(work: () => Promise<unknown>): void {
    interruption = work;
  }

  /** Does all of a job's work, and then ends its process before it can say so. */
  async function crashAfter(type: JobType): Promise<void> {
    const handler = jobHandlers.get(type);
    if (!handler) throw new Error(`nobody does ${type}`);
    const crashing: JobHandler = {
      ...handler,
      async run(job) {
        await handler.run(job);
        await repositories.jobTakeovers.reclaimExpired(true);
        await query(db, `update jobs set run_after = now() + interval '1 hour'`);
        return {};
      },
    };
    await runDueJobs({ db, repositories, jobHandlers: new Map([[type, crashing]]) });
    const crashed = await query(
      db,
      `update jobs set run_after = now() where crash_count = 1
      returning id`,
    );
    expect(crashed).toHaveLength(1);
  }
}
