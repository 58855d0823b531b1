import { expect, test } from 'vitest';
import { JOB_REQUESTS } from '../../../src/jobs/requests.ts';
import { BATCH_TYPES, JOB_TYPES } from '../../../src/schemas/job-types.ts';
import { buildTestApp } from '../../helpers/app.ts';

test('every type has its own handler, and its own request where callers may ask for it', async () => {
  const { jobHandlers } = await buildTestApp();
  const handled = [...jobHandlers].map(([type, handler]) => [type, handler.type]);
  expect(handled).toEqual(JOB_TYPES.map((type) => [type, type]));
  const asked = [...JOB_REQUESTS].map(([type, request]) => [type, request.type]);
  expect(asked).toEqual(BATCH_TYPES.map((type) => [type, type]));
});
