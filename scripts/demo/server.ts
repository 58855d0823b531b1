import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/client.ts';
import { createDependencies } from '../../src/dependencies.ts';

/** Starts the server in this process, on a free port and a data directory of its own. */
export async function startServer() {
  const dataDir = await temporaryDirectory();
  const config = loadConfig({ PARLEY_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' });
  const connection = await openDatabase({ dataDir });
  await connection.migrate();
  const app = await buildApp(await createDependencies(config, connection));
  await app.listen({ host: config.HOST, port: config.PORT });
  return {
    url: app.listeningOrigin,
    async close(): Promise<void> {
      await app.close();
      await connection.close();
    },
  };
}

/** It goes with the process: at its end, on an error that nobody caught, and on a signal. */
async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  return directory;
}
