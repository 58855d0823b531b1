import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyServerOptions } from 'fastify';
import { afterAll } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createDependencies, type Dependencies } from '../../src/dependencies.ts';
import { createJobHandlers } from '../../src/jobs/handlers.ts';
import type { App } from '../../src/plugins/types.ts';
import { createClient } from './client.ts';
import { openTestDatabase } from './database.ts';

export type TestApp = Awaited<ReturnType<typeof buildTestApp>>;

const open = new Set<App>();
const folders = new Set<string>();
afterAll(async () => {
  await Promise.all([...open].map((app) => app.close()));
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })));
});

/**
 * The real app on a database of its own, without limits that a test would run into. It closes
 * with the test file. Routes can be added until the first request.
 *
 * @param settings environment variables
 * @param parts what stands in for a dependency, such as a provider
 */
export async function buildTestApp(
  settings: NodeJS.ProcessEnv = {},
  parts: Partial<Dependencies> = {},
  logger?: FastifyServerOptions['logger'],
) {
  const media = await mkdtemp(join(tmpdir(), 'parley-media-'));
  folders.add(media);
  const config = loadConfig({
    PATH: process.env.PATH,
    MEDIA_DIR: media,
    LOG_LEVEL: 'silent',
    RATE_LIMIT_MAX: '1000000',
    LOGIN_RATE_LIMIT_MAX: '1000000',
    // A busy machine is no reason for a test to fail.
    EVENT_LOOP_DELAY_MAX_MS: '0',
    ...settings,
  });
  const connection = await openTestDatabase();
  const given = { ...(await createDependencies(config, connection)), ...parts };
  // What stands in for a part does so in jobs as well.
  const dependencies = { ...given, jobHandlers: createJobHandlers(given), ...parts };
  const app = await buildApp(dependencies, logger);
  open.add(app);
  return { ...dependencies, app, client: createClient(app, dependencies) };
}
