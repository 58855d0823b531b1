import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test.each([
  [{ DATABASE_URL: '' }, /a worker needs DATABASE_URL: the embedded database has one process/],
  [{ DATABASE_URL: 'postgres://localhost/x', WORKERS: '0' }, /WORKERS=0 would do nothing/],
])('a worker does not start with %j', async (settings, message) => {
  const env = { ...process.env, ...settings };
  const started = promisify(execFile)(process.execPath, ['src/worker.ts'], { cwd: ROOT, env });
  await expect(started).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
});
