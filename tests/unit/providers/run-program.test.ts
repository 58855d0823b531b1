import { afterEach, expect, test, vi } from 'vitest';
import { runProgram } from '../../../src/providers/run-program.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a program gets the PATH and the proxies, and no secret of the server', async () => {
  vi.stubEnv('STT_API_KEY', 'sk-secret');
  vi.stubEnv('DATABASE_URL', 'postgres://parley:secret@localhost/parley');
  vi.stubEnv('HTTPS_PROXY', 'http://proxy:3128');
  vi.stubEnv('LC_ALL', undefined);
  const print = 'process.stdout.write(JSON.stringify(process.env))';
  const limits = { signal: AbortSignal.timeout(10_000), maxBytes: 100_000 };
  const { stdout } = await runProgram(process.execPath, ['-e', print], limits);
  const text = Buffer.from(stdout).toString();
  expect(text).not.toContain('secret');
  const { PATH, HTTPS_PROXY, ...rest } = JSON.parse(text);
  expect([PATH, HTTPS_PROXY]).toEqual([process.env.PATH, 'http://proxy:3128']);
  expect(Object.keys(rest)).not.toContain('NODE_ENV');
  expect(Object.keys(rest)).not.toContain('LC_ALL');
});
