import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { runProgram } from '../../../src/providers/run-program.ts';

test('a program gets the PATH and the proxies, and no secret of the server', async () => {
  const { programEnvironment } = loadConfig({
    ...{ PATH: process.env.PATH, HTTPS_PROXY: 'http://proxy:3128', NODE_ENV: 'test' },
    STT_BASE_URL: 'http://speech.example',
    STT_MODEL: 'whisper-1',
    STT_API_KEY: 'sk-secret',
    DATABASE_URL: 'postgres://parley:secret@localhost/parley',
  });
  const program = { path: process.execPath, env: programEnvironment };
  const print = 'process.stdout.write(JSON.stringify(process.env))';
  const limits = { signal: AbortSignal.timeout(50_000), maxBytes: 100_000 };
  const { stdout } = await runProgram(program, ['-e', print], limits);
  const text = Buffer.from(stdout).toString();
  expect(text).not.toContain('secret');
  const { PATH, HTTPS_PROXY, ...rest } = JSON.parse(text);
  expect([PATH, HTTPS_PROXY]).toEqual([process.env.PATH, 'http://proxy:3128']);
  expect(Object.keys(rest)).not.toContain('NODE_ENV');
  expect(Object.keys(rest)).not.toContain('LC_ALL');
});
