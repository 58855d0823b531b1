import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { JOB_TYPES } from '../../../src/schemas/job-types.ts';
import { readWorkerOptions } from '../../../src/settings/jobs.ts';

const read = (env: NodeJS.ProcessEnv, kind: 'postgres' | 'embedded' = 'postgres') =>
  readWorkerOptions(loadConfig(env), kind, JOB_TYPES);

test('two jobs at once, looked for often where other processes may enqueue them', () => {
  expect(read({})).toEqual({ slots: 2, concurrency: new Map(), pollMs: 50, leaseMs: 60_000 });
  expect(read({}, 'embedded').pollMs).toBe(1_000);
  expect(read({ JOB_POLL_MS: '5' }, 'embedded').pollMs).toBe(5);
});

test('of each type as many at once as is said', () => {
  const { concurrency } = read({ JOB_CONCURRENCY: ' transcribe=2, delete-account = 10,' });
  expect([...concurrency]).toEqual([
    ['transcribe', 2],
    ['delete-account', 10],
  ]);
});

test.each(['transcribe', 'transcribe=0', 'transcribe=-1', 'transcribe=x', 'cook=1', '=1'])(
  'JOB_CONCURRENCY=%s is refused by name',
  (JOB_CONCURRENCY) => {
    expect(() => read({ JOB_CONCURRENCY })).toThrow(/^JOB_CONCURRENCY: .* transcribe, enhance/);
  },
);
