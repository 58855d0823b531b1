import { loadConfig } from './config.ts';
import { createDependencies } from './dependencies.ts';
import { createLog } from './log.ts';
import { openConfiguredDatabase } from './open-database.ts';
import { runWorker } from './run-worker.ts';

const config = loadConfig(process.env);
if (!config.DATABASE_URL) {
  throw new Error(
    'a worker needs DATABASE_URL: the embedded database has one process, the server, which does the jobs',
  );
}
if (config.WORKERS === 0) throw new Error('a worker with WORKERS=0 would do nothing');
const connection = await openConfiguredDatabase(config);
const dependencies = await createDependencies(config, connection);
await runWorker(dependencies, createLog(config.LOG_LEVEL));
