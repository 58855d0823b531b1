import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { AppError } from '../../src/errors.ts';
import { LeaseLost } from '../../src/jobs/job-error.ts';
import { storeRecording } from '../../src/media/store-recording.ts';
import { buildTestApp } from '../helpers/app.ts';
import { createUser } from '../helpers/factories.ts';
import { toneWav } from '../helpers/recordings.ts';

const { db, media, repositories } = await buildTestApp();

const receive = (bytes: Buffer) =>
  media.receive(Readable.from([bytes]), {
    maxBytes: 1e9,
    tooLarge: () => new AppError('body_too_large'),
  });

/** Finds out at the end of each transaction that another attempt has the job. */
const lost: Database = Object.create(db, {
  transaction: {
    value: (work: Parameters<Database['transaction']>[0]) =>
      db.transaction(async (tx) => {
        await work(tx);
        throw new LeaseLost();
      }),
  },
});

test('an attempt that has lost its job replaces no bytes that another one stored', async () => {
  const { id: userId } = await createUser(repositories);
  const named = { id: randomUUID(), fileName: 'Talk' };
  const first = toneWav(1_000);
  const second = toneWav(2_000);
  const stored = await storeRecording({ media, db }, userId, named, await receive(second));
  const late = storeRecording({ media, db: lost }, userId, named, await receive(first));
  await expect(late).rejects.toThrow(LeaseLost);
  const file = await repositories.mediaFiles.getById(userId, named.id);
  expect(file).toEqual(stored);
  expect(await media.read(stored.filePath, 0, 1e6)).toEqual(second);
});

test('bytes that are stored anew are those that the row names', async () => {
  const { id: userId } = await createUser(repositories);
  const named = { id: randomUUID(), fileName: 'Talk' };
  const before = await storeRecording({ media, db }, userId, named, await receive(toneWav(1_000)));
  const bytes = toneWav(2_000);
  const after = await storeRecording({ media, db }, userId, named, await receive(bytes));
  expect(after.filePath).not.toBe(before.filePath);
  expect(await media.read(after.filePath, 0, 1e6)).toEqual(bytes);
});
