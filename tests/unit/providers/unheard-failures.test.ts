import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const PROVIDERS = join(import.meta.dirname, '../../../src/providers');

/** In a process of its own: one that may open so many files, and that ends by what nobody has heard. */
async function tell(script: string, files = 1_000): Promise<unknown> {
  const node = [process.execPath, '--input-type=module-typescript', '--eval', script];
  const args = ['-c', `ulimit -n ${files} && exec "$0" "$@"`, ...node];
  const { stdout } = await promisify(execFile)('sh', args);
  return JSON.parse(stdout);
}

describe('what fails after its caller has left', () => {
  test('a request to a model does not end the process', async () => {
    const told = await tell(`
      import { createModelClient } from '${PROVIDERS}/model-client.ts';
      const times = { firstByteTimeoutMs: 60_000, pieceTimeoutMs: 60_000, timeoutMs: 60_000 };
      const limits = { ...times, maxRetries: 0, concurrency: 1 };
      const client = createModelClient({ baseUrl: 'http://127.0.0.1:9/v1', ...limits });
      const left = AbortSignal.abort(new Error('the caller has left'));
      const said = await client.json('/embeddings', {}, left).catch((error) => error.message);
      setImmediate(() => console.log(JSON.stringify(said)));
    `);
    expect(told).toBe('the caller has left');
  });

  test('looking a host up does not end the process', async () => {
    const told = await tell(`
      import { createPublicFetch } from '${PROVIDERS}/public-fetch.ts';
      const resolve = () => Promise.reject(new Error('there is no such host'));
      const fetch = createPublicFetch({ maxBytes: 1_000, timeoutMs: 60_000, resolve });
      const signal = AbortSignal.abort(new Error('the caller has left'));
      const said = await fetch('http://host.test/', { signal }).catch((error) => error.message);
      setImmediate(() => console.log(JSON.stringify(said)));
    `);
    expect(told).toBe('the caller has left');
  });
});

test('a program that cannot be started for want of file descriptors does not end the process', async () => {
  const script = `
    import { openSync } from 'node:fs';
    import { runProgram } from '${PROVIDERS}/run-program.ts';
    // What is said later needs no file.
    console.error('begun');
    try {
      for (;;) openSync('/dev/null');
    } catch {}
    const program = { path: '/bin/true', env: {} };
    const limits = { signal: new AbortController().signal, maxBytes: 1_000 };
    const said = await runProgram(program, [], limits).catch((error) => error.code);
    setImmediate(() => console.log(JSON.stringify(said)));
  `;
  expect(await tell(script, 100)).toBe('EMFILE');
});
