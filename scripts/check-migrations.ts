import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import config from '../drizzle.config.ts';

/**
 * `drizzle-kit check` does not see that the schema has moved on, and `generate` exits with 0 even
 * where it fails or would have to ask. So it generates into a copy, and only these words count.
 */
const UNCHANGED = 'No schema changes, nothing to migrate';
const MIGRATIONS = config.out ?? 'drizzle';

const problems = [...(await drift()), ...(await migrationsWithoutReturn())];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('The migrations match the schema, and each has its way back.');

async function drift(): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'parley-drift-'));
  try {
    await cp(MIGRATIONS, copy, { recursive: true });
    const output = await generateInto(copy);
    if (output.includes(UNCHANGED)) return [];
    return [`The schema has changed since the last migration: npm run db:generate\n${output}`];
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function generateInto(folder: string): Promise<string> {
  // It takes paths from here only.
  const out = relative('.', folder);
  const options = [`--dialect=${config.dialect}`, `--schema=${config.schema}`, `--out=${out}`];
  const generated = promisify(execFile)('drizzle-kit', ['generate', ...options]);
  const { stdout, stderr } = await generated.catch((error) => error);
  return `${stdout}${stderr}`;
}

async function migrationsWithoutReturn(): Promise<string[]> {
  const [up, down] = await Promise.all([sqlIn(MIGRATIONS), sqlIn(join(MIGRATIONS, 'down'))]);
  return up
    .filter((name) => !down.includes(name))
    .map((name) => `${name} has no way back: write ${join(MIGRATIONS, 'down', name)}`);
}

async function sqlIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.sql'));
}
