import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { closeEach } from './chat/live/close-abandoned.ts';
import { loadConfig } from './config.ts';
import { surviveLateWrites } from './db/late-writes.ts';
import { createDependencies } from './dependencies.ts';
import { endProcess } from './end-process.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startWorkers, type Workers } from './jobs/workers.ts';
import { openConfiguredDatabase } from './open-database.ts';

const config = loadConfig(process.env);
const connection = await openConfiguredDatabase(config);
const dependencies = await createDependencies(config, connection);
const app = await buildApp(dependencies);
const { writer } = dependencies.liveAnswers;
const { messageLeases } = dependencies.repositories;
// Nobody else writes into the embedded database. What this server writes is not on the list.
const left =
  connection.kind === 'embedded'
    ? await messageLeases.listAll()
    : await messageLeases.listByWriter(writer);
let housekeeping: ReturnType<typeof startHousekeeping> | undefined;
let workers: Promise<Workers> | undefined;
let isEnding = false;

closeWithGrace({ delay: 30_000, logger: app.log }, async ({ err }) => {
  if (err) app.log.error({ err }, 'closing after an error that nobody caught');
  isEnding = true;
  const stopped = workers?.then(({ stop }) => stop(err));
  const stops = [app.close(), stopped, housekeeping?.stop()].filter((stop) => stop !== undefined);
  await endProcess({ stops, modelCalls: dependencies.modelCalls, connection, log: app.log });
});

surviveLateWrites((err) => {
  app.log.warn({ err }, 'a connection to the database was lost');
  workers?.then(({ handBack }) => handBack()).catch(() => {});
});
for (const warning of dependencies.warnings) app.log.warn(warning);
await app.listen({ host: config.HOST, port: config.PORT });
// Now it is certain that no other server has this name.
await closeEach(dependencies, left, writer).catch((err: unknown) =>
  app.log.error({ err }, 'not ended'),
);
// Nobody would hand back what a process begins that has been told to end meanwhile.
if (!isEnding) {
  workers = startWorkers({ ...dependencies, log: app.log }, dependencies.workerOptions);
  await workers;
}
if (!isEnding) {
  housekeeping = startHousekeeping(dependencies, app.log);
  app.log.info(`database: ${connection.kind}; API reference: ${app.listeningOrigin}/docs`);
}
