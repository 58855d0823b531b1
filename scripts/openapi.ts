import { readFile, writeFile } from 'node:fs/promises';
import { buildApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { createDependencies } from '../src/dependencies.ts';

const FILE = 'openapi.json';

const text = `${JSON.stringify(await describeApp(), null, 2)}\n`;
if (!process.argv.includes('--check')) {
  await writeFile(FILE, text);
  console.log(`${FILE} is written.`);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) === text) {
  console.log(`${FILE} is what the app serves.`);
} else {
  console.error(`${FILE} is not what the app serves: npm run openapi`);
  process.exitCode = 1;
}

/** The document of the very app that the server runs, on a database in memory. */
async function describeApp(): Promise<object> {
  const connection = await openDatabase({});
  await connection.migrate();
  const app = await buildApp(await createDependencies(loadConfig({}), connection), false);
  await app.ready();
  const document = app.swagger();
  await app.close();
  await connection.close();
  return document;
}
