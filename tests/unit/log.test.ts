import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test, vi } from 'vitest';
import { createLog } from '../../src/log.ts';

test('a line is what the server would write, without what an error carries', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const log = createLog('warn');
  log.info({}, 'not worth a line');
  const err = new DrizzleQueryError('select secret', ['hunter2'], new Error('it failed'));
  log.error({ err, jobId: '1' }, 'a job failed');
  const lines = write.mock.calls.map(([line]) => String(line));
  write.mockRestore();
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/secret|hunter2/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ level: 50, pid: process.pid, jobId: '1', msg: 'a job failed' },
    err: { type: 'Error', message: 'a query failed', cause: { message: 'it failed' } },
  });
});
