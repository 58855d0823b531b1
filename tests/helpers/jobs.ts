import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/client.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import type { Repositories } from '../../src/repositories/index.ts';
import type { JobType } from '../../src/schemas/job-types.ts';

type Parts = {
  db: Database;
  repositories: Repositories;
  jobHandlers: ReadonlyMap<JobType, JobHandler>;
};

/** A number that no user id is below: the queue starts with the first user. */
export const FIRST_USER = '00000000-0000-0000-0000-000000000000';

/**
 * Does all that is due, one job after the other, and what becomes due by it.
 *
 * @returns how many attempts that were
 */
export async function runDueJobs({ db, repositories, jobHandlers }: Parts): Promise<number> {
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
  }
}
