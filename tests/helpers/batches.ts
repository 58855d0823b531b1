import type { Dependencies } from '../../src/dependencies.ts';
import { completeBatches } from '../../src/jobs/complete-batches.ts';
import { runDueJobs } from './jobs.ts';

/** Does all that is due, and sums up the batches that are done by it. */
export async function runBatches(parts: Dependencies): Promise<void> {
  await runDueJobs(parts);
  if ((await completeBatches(parts)) > 0) await runDueJobs(parts);
}
