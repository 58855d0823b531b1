import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { closeEach } from './chat/live/close-abandoned.ts';
import { loadConfig } from './config.ts';
import { openDatabase } from './db/client.ts';
import { migrationsAreCurrent } from './db/migrations.ts';
import { createDependencies } from './dependencies.ts';
import { startHousekeeping } from './housekeeping.ts';

const config = loadConfig(process.env);
const connection = await openDatabase({
  url: config.DATABASE_URL,
  dataDir: config.PARLEY_DATA_DIR,
  poolSize: config.DATABASE_POOL_SIZE,
  connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
  statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
  lockTimeoutMs: config.DATABASE_LOCK_TIMEOUT_MS,
  idleInTransactionTimeoutMs: config.DATABASE_IDLE_TIMEOUT_MS,
});
if (config.MIGRATE_ON_START) await connection.migrate();
else if (!(await migrationsAreCurrent(connection.db))) {
  throw new Error('the database has not been migrated to this version: npm run db:migrate');
}
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

closeWithGrace({ delay: 30_000, logger: app.log }, async ({ err }) => {
  if (err) app.log.error({ err }, 'closing after an error that nobody caught');
  await app.close();
  await housekeeping?.stop();
  await connection.close();
});

for (const warning of dependencies.warnings) app.log.warn(warning);
await app.listen({ host: config.HOST, port: config.PORT });
// Now it is certain that no other server has this name.
await closeEach(dependencies, left, writer).catch((err: unknown) =>
  app.log.error({ err }, 'not ended'),
);
housekeeping = startHousekeeping(dependencies, app.log);
app.log.info(`database: ${connection.kind}; API reference: ${app.listeningOrigin}/docs`);
