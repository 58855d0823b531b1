import type { Database } from '../db/client.ts';
import { createRepositories } from '../repositories/index.ts';
import type { JobLease } from '../repositories/job-queue.ts';
import { LeaseLost } from './job-error.ts';

/** Half of the shortest lease. Shorter transactions cannot outlive theirs between two beats. */
const LONG_MS = 500;

/**
 * The database for whoever works on a job: every transaction first takes hold of the job's lease
 * (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html, "fencing").
 *
 * @throws LeaseLost by its transactions, once the lease is gone
 */
export function fenced(db: Database, lease: JobLease): Database {
  const transaction: Database['transaction'] = (work, config) =>
    db.transaction(async (tx) => {
      const begun = performance.now();
      const { jobQueue, jobLeases } = createRepositories(tx);
      if (!(await jobQueue.hold(lease))) throw new LeaseLost();
      const result = await work(tx);
      // No beat reached the row meanwhile, and nobody could take it. From the commit on one could.
      if (performance.now() - begun > LONG_MS) await jobLeases.extend(lease);
      return result;
    }, config);
  return Object.create(db, { transaction: { value: transaction } });
}
