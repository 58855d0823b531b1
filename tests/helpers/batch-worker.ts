import { loadConfig } from '../../src/config.ts';
import { createDependencies } from '../../src/dependencies.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { createLog } from '../../src/log.ts';
import { openConfiguredDatabase } from '../../src/open-database.ts';
import { runWorker } from '../../src/run-worker.ts';

/* A worker as `src/worker.ts`, whose jobs are tiny, so that thousands are done in a test. */
const config = loadConfig(process.env);
const connection = await openConfiguredDatabase(config);
const dependencies = await createDependencies(config, connection);
const tiny: JobHandler = {
  type: 'embed',
  concurrency: 1_000,
  run: async () => ({}),
};
const jobHandlers = new Map([...dependencies.jobHandlers, [tiny.type, tiny] as const]);
await runWorker({ ...dependencies, jobHandlers }, createLog(config.LOG_LEVEL));
