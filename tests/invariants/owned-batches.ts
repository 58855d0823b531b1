import type { Database } from '../../src/db/client.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';

/** A batch that has ended with something left over, and one that is about to end. The values are ids. */
export async function createBatches(db: Database, userId: string) {
  const { batches, batchJobs } = createRepositories(db);
  const create = async (items: number) => {
    const values = { name: 'Talks', type: 'embed', totalFiles: items };
    const { batch } = await batches.create(userId, values);
    await batchJobs.createMany(userId, batch, new Array(items).fill({}));
    return batch.id;
  };
  const endedBatch = await create(2);
  const [first] = await query<{ id: string }>(
    db,
    `select id from jobs where batch_id = '${endedBatch}' order by position limit 1`,
  );
  const lease = 'lease_token = gen_random_uuid(), lease_expires_at = now()';
  const noLease = 'lease_token = null, lease_expires_at = null';
  for (const change of [
    `status = 'running', ${lease}`,
    `status = 'failed', completed_at = now(), ${noLease}`,
  ]) {
    await query(db, `update jobs set ${change} where id = '${first?.id}'`);
  }
  await batchJobs.pause(userId, endedBatch);
  await batches.setStatus(userId, endedBatch, 'failed');
  const doneBatch = await create(1);
  await batchJobs.cancel(userId, doneBatch);
  return { endedBatch, doneBatch };
}
