import closeWithGrace from 'close-with-grace';
import { loadConfig } from './config.ts';
import { createDependencies } from './dependencies.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startWorkers } from './jobs/workers.ts';
import { createLog } from './log.ts';
import { openConfiguredDatabase } from './open-database.ts';

/* A process that does jobs, and nothing else: any number of them, on any machine. */
const config = loadConfig(process.env);
if (!config.DATABASE_URL) {
  throw new Error(
    'a worker needs DATABASE_URL: the embedded database has room for one process, and the server does its jobs',
  );
}
if (config.WORKERS === 0) throw new Error('a worker with WORKERS=0 would do nothing');
const log = createLog(config.LOG_LEVEL);
const connection = await openConfiguredDatabase(config);
const dependencies = await createDependencies(config, connection);
for (const warning of dependencies.warnings) log.warn({}, warning);
const workers = await startWorkers({ ...dependencies, log }, dependencies.workerOptions);
const housekeeping = startHousekeeping(dependencies, log);

closeWithGrace({ delay: 30_000, logger: false }, async ({ err, signal }) => {
  if (err) log.error({ err }, 'closing after an error that nobody caught');
  else log.info({ signal }, 'closing');
  await workers.stop();
  await housekeeping.stop();
  await connection.close();
});
