import type { Database } from '../db/client.ts';
import { createRepositories } from '../repositories/index.ts';
import type { JobLease } from '../repositories/job-queue.ts';
import { LeaseLost } from './job-error.ts';

/**
 * The database for whoever works on a job: every transaction first takes hold of the job's lease
 * (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html, "fencing").
 *
 * @throws LeaseLost by its transactions, once the lease is gone
 */
export function fenced(db: Database, lease: JobLease): Database {
  const transaction: Database['transaction'] = (work, config) =>
    db.transaction(async (tx) => {
      if (!(await createRepositories(tx).jobQueue.hold(lease))) throw new LeaseLost();
      return work(tx);
    }, config);
  return Object.create(db, { transaction: { value: transaction } });
}
