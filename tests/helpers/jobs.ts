import { randomUUID } from 'node:crypto';
import { type TProperties, Type } from 'typebox';
import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { Job } from '../../src/db/schema/index.ts';
import { checkOf } from '../../src/jobs/checks.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import type { Repositories } from '../../src/repositories/index.ts';
import { shownParameters } from '../../src/schemas/job-parameters.ts';
import { JOB_RESULTS } from '../../src/schemas/job-results.ts';
import { JOB_TYPES, type JobType } from '../../src/schemas/job-types.ts';

type Parts = {
  db: Database;
  repositories: Repositories;
  jobHandlers: ReadonlyMap<JobType, JobHandler>;
};

/** A number that no user id is below: the queue starts with the first user. */
export const FIRST_USER = '00000000-0000-0000-0000-000000000000';

const schemas = Object.fromEntries(
  JOB_TYPES.map((type) => {
    const properties = { parameters: shownParameters(type), result: JOB_RESULTS[type] };
    return [type, checkOf(Type.Object<TProperties>(properties))];
  }),
);

/** Fails where what a handler made of a job is not as the document says. */
function checkDocumented(job: Job | undefined): void {
  if (job?.status !== 'completed' || schemas[job.type]?.(job)) return;
  expect.fail(`not as documented: ${job.type} ${JSON.stringify([job.parameters, job.result])}`);
}

/**
 * Does all that is due, one job after the other, and what becomes due by it. What comes of each is held
 * to the schemas of its type.
 *
 * @param free jobs whose handlers are those of a test come to any results
 * @returns how many attempts that were
 */
export async function runDueJobs(
  { db, repositories, jobHandlers }: Parts,
  free = false,
): Promise<number> {
  const room = Object.fromEntries([...jobHandlers.keys()].map((type) => [type, 1]));
  const log = { error: (details: object, message: string) => console.error(message, details) };
  const { signal } = new AbortController();
  for (let attempts = 0; ; attempts += 1) {
    const [claimed] = await repositories.jobQueue.claim(`test ${randomUUID()}`, {
      limit: 1,
      room,
      after: FIRST_USER,
      leaseMs: 60_000,
    });
    const handler = claimed && jobHandlers.get(claimed.type as JobType);
    if (!handler) return attempts;
    await runJob({ db, repositories, log }, handler, claimed, { signal, progress: () => {} });
    if (!free) checkDocumented(await repositories.jobs.getById(claimed.userId, claimed.jobId));
  }
}
