import { expect, test } from 'vitest';
import { closingSignal } from '../../src/plugins/closing-signal.ts';
import { buildTestApp } from '../helpers/app.ts';

test('work under way has some time when the server closes, and is then ended', async () => {
  const { app } = await buildTestApp();
  const soon = closingSignal(app, 50);
  const later = closingSignal(app, 60_000);
  await app.ready();
  expect(soon.aborted).toBe(false);
  await app.close();
  await expect.poll(() => soon.aborted).toBe(true);
  expect(soon.reason).toMatchObject({ code: 'unavailable' });
  expect(later.aborted).toBe(false);
});
