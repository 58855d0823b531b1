import closeWithGrace from 'close-with-grace';
import { surviveLateWrites } from './db/late-writes.ts';
import type { Dependencies } from './dependencies.ts';
import { endProcess } from './end-process.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { Log } from './jobs/log.ts';
import { startWorkers } from './jobs/workers.ts';

/**
 * Makes this process one that does jobs, and nothing else, until it is told to end: any number of them,
 * on any machine.
 */
export async function runWorker(dependencies: Dependencies, log: Log): Promise<void> {
  for (const warning of dependencies.warnings) log.warn({}, warning);
  const { connection, modelCalls } = dependencies;
  modelCalls.reportTo((err, message) => log.error({ err }, message));
  const workers = await startWorkers({ ...dependencies, log }, dependencies.workerOptions);
  surviveLateWrites((err) => {
    log.warn({ err }, 'a connection to the database was lost');
    void workers.handBack();
  });
  const housekeeping = startHousekeeping(dependencies, log);

  closeWithGrace({ delay: 30_000, logger: false }, async ({ err, signal }) => {
    if (err) log.error({ err }, 'closing after an error that nobody caught');
    else log.info({ signal }, 'closing');
    const stops = [workers.stop(err), housekeeping.stop()];
    await endProcess({ stops, modelCalls, connection, log });
  });
}
