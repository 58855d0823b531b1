import type { Database } from '../db/client.ts';
import { createRepositories } from '../repositories/index.ts';
import type { JobLease } from '../repositories/job-queue.ts';
import { LeaseLost } from './job-error.ts';

/**
 * The database for whoever works on a job: every transaction first matches the job's lease, and once
 * more takes hold of it before it commits
 * (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html, "fencing"). In between
 * the job is not locked: whoever cancels or pauses it need not wait for the end of a long import.
 *
 * @param endsWithItsJob takes hold of it at the beginning: for transactions after which there is no job
 * @throws LeaseLost by its transactions, once the lease is gone
 */
export function fenced(db: Database, lease: JobLease, endsWithItsJob = false): Database {
  const transaction: Database['transaction'] = (work, config) =>
    db.transaction(async (tx) => {
      const { jobQueue, jobLeases } = createRepositories(tx);
      const matches = endsWithItsJob
        ? await jobQueue.hold(lease)
        : (await jobLeases.listGood([lease])).length > 0;
      if (!matches) throw new LeaseLost();
      const result = await work(tx);
      if (!endsWithItsJob && !(await jobQueue.hold(lease))) throw new LeaseLost();
      return result;
    }, config);
  return Object.create(db, { transaction: { value: transaction } });
}
