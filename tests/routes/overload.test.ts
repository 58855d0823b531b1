import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { freePort } from '../helpers/free-port.ts';

const ROOT = join(import.meta.dirname, '../..');
const dataDir = await mkdtemp(join(tmpdir(), 'parley-start-'));
const running = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

test('a new server on the embedded database answers its first requests, however slowly it starts', {
  timeout: 120_000,
}, async () => {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      ...['--import', join(ROOT, 'src/fast-start.ts')],
      ...['--import', join(ROOT, 'tests/helpers/slow-start.ts')],
      join(ROOT, 'src/server.ts'),
    ],
    {
      env: {
        ...{ PATH: process.env.PATH, PORT: String(port), PARLEY_DATA_DIR: dataDir },
        ...{ MEDIA_DIR: join(dataDir, 'media'), LOG_LEVEL: 'fatal' },
      },
      stdio: 'inherit',
    },
  );
  running.add(server);
  server.once('exit', () => running.delete(server));
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/v1/models`)).status;

  await expect.poll(() => ask().catch(() => 0), { timeout: 90_000 }).toBeGreaterThan(0);
  const statuses = new Set<number>();
  for (let count = 0; count < 60; count += 1) {
    statuses.add(await ask());
    await setTimeout(50);
  }
  expect([...statuses]).toEqual([401]);
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  await exit;
});

test('a server whose event loop is late refuses requests, says that it lives, and recovers', {
  timeout: 90_000,
}, async () => {
  const { app } = await buildTestApp({ EVENT_LOOP_DELAY_MAX_MS: '100' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string) => {
    const response = await fetch(app.listeningOrigin + path);
    return { status: response.status, body: await response.json() };
  };
  const refused = {
    status: 503,
    body: { code: 'unavailable', detail: 'The server is overloaded.' },
  };
  let isBusy = true;
  const busy = (async () => {
    while (isBusy) {
      hold(200);
      await setImmediate();
    }
  })();
  try {
    await expect
      .poll(() => ask('/v1/models'), { timeout: 30_000, interval: 10 })
      .toMatchObject(refused);
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
  } finally {
    isBusy = false;
    await busy;
  }
  await expect.poll(async () => (await ask('/v1/models')).status, { interval: 100 }).toBe(401);
});

/** Keeps the thread to itself. */
function hold(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
