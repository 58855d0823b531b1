import { expect, test } from 'vitest';
import { createBell } from '../../src/jobs/bell.ts';
import { createJobWatcher } from '../../src/jobs/watch-jobs.ts';
import { buildTestApp } from '../helpers/app.ts';

const { client, repositories } = await buildTestApp();
const ada = await client.register();
const { jobs, jobChanges } = repositories;

test('what one reader learns by its coming is told to those who were there before', async () => {
  const { job } = await jobs.create(ada.user.id, { type: 'embed' });
  const left = new AbortController();
  // The looks at the database find nothing more than what the second reader has brought.
  const found = { ...jobChanges, listChanged: async () => [] };
  const { watch } = createJobWatcher(found, createBell(), () => {});
  const before = watch(job, 0, left.signal);
  await before.next();
  const told = before.next();

  const paused = await jobs.pause(ada.user.id, job.id);
  if (!paused) throw new Error('the job is gone');
  const after = watch(paused, paused.version, left.signal);
  const nothing = after.next();
  const { value } = await told;
  expect(value).toMatchObject([{ id: paused.version, data: { job: { status: 'paused' } } }]);
  left.abort();
  expect(await nothing).toMatchObject({ done: true });
});
