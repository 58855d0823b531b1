import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';
import { embedded, extensions } from '../src/db/embedded.ts';
import { prepareTemplate, startTestServer } from './helpers/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests of a project get their databases from. */
    testDatabase:
      | { kind: 'embedded'; empty: string; migrated: string }
      | { kind: 'postgres'; url: string; template: string };
  }
}

/** Prepares one migrated database for each project; every test file gets a copy of it. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return project.name === 'postgres' ? setupPostgres(project) : setupEmbedded(project);
}

async function setupPostgres(project: TestProject) {
  const server = await startTestServer();
  const { template, version, drop } = await prepareTemplate(server.url);
  project.provide('testDatabase', { kind: 'postgres', url: server.url, template });
  console.log(`Tests run on PostgreSQL ${version} at ${new URL(server.url).host}`);
  return async () => {
    await drop();
    await server.stop();
  };
}

/** Loading a dump takes about 0.6 s, and making and migrating a new instance five times as long. */
async function setupEmbedded(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const client = await PGlite.create({ extensions });
  const empty = await dump(client, join(folder, 'empty.tar'));
  await embedded(client).migrate();
  const migrated = await dump(client, join(folder, 'migrated.tar'));
  await client.close();
  project.provide('testDatabase', { kind: 'embedded', empty, migrated });
  console.log('Tests run on embedded Postgres (PGlite)');
  return () => rm(folder, { recursive: true });
}

async function dump(client: PGlite, file: string): Promise<string> {
  const archive = await client.dumpDataDir('none');
  await writeFile(file, new Uint8Array(await archive.arrayBuffer()));
  return file;
}
