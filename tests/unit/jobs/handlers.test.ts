import { expect, test } from 'vitest';
import { createSlots } from '../../../src/jobs/slots.ts';
import type { JobType } from '../../../src/schemas/job-types.ts';
import { buildTestApp } from '../../helpers/app.ts';

/** Whether a job of the type may take hours. A new type has to be decided here. */
const IS_LONG: Record<JobType, boolean> = {
  transcribe: true,
  enhance: true,
  youtube: false,
  download: true,
  preprocess: true,
  import: false,
  embed: true,
  export: true,
  'delete-account': false,
  'complete-batch': false,
};

const { jobHandlers } = await buildTestApp();

test('every type of job has a handler, which says whether it takes hours', () => {
  const said = [...jobHandlers].map(([type, { isLong = false }]) => [type, isLong]);
  expect(Object.fromEntries(said)).toEqual(IS_LONG);
});

test('whatever takes hours leaves a slot to what does not', () => {
  const long = [...jobHandlers.keys()].filter((type) => IS_LONG[type]);
  for (const first of long) {
    const slots = createSlots(2, jobHandlers, new Map());
    slots.take(first);
    const { limit, room } = slots.free();
    expect(limit).toBe(1);
    expect(Object.keys(room).filter((type) => long.some((name) => name === type))).toEqual([]);
    expect(Object.keys(room)).toEqual(expect.arrayContaining(['import', 'complete-batch']));
  }
});
