import { randomUUID } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { sweepMedia } from '../../src/media/sweep-media.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { storeBytes } from '../jobs/recording-jobs.ts';

const app = await buildTestApp();
const { media, repositories } = app;
const folder = app.config.MEDIA_DIR ?? '';

let user: User;
beforeEach(async () => {
  await query(app.db, 'delete from users');
  user = await createUser(repositories);
});

const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
const age = (filePath: string, at: Date) => utimes(join(folder, filePath), at, at);
const write = async (filePath: string, at: Date) => {
  await mkdir(dirname(join(folder, filePath)), { recursive: true });
  await writeFile(join(folder, filePath), 'bytes');
  await age(filePath, at);
};
const sweep = () => sweepMedia(media, repositories.mediaFiles);

test('files without a row go once they are an hour old, and what has a row stays', async () => {
  const kept = await storeBytes(app, user.id, Buffer.from('kept'));
  await age(kept.filePath, hours(100));
  const gone = `${randomUUID()}/${randomUUID()}`;
  const young = `${user.id}/${randomUUID()}`;
  await write(gone, hours(2));
  await write(young, hours(0.5));
  await write(`${user.id}/${randomUUID()}`, hours(2));
  await write(`incoming/${randomUUID()}`, hours(2));
  await write('README/notes', hours(100));
  expect(await sweep()).toBe(3);
  expect((await readdir(folder)).toSorted()).toEqual(['README', 'incoming', user.id].toSorted());
  const left = (await readdir(join(folder, user.id))).map((name) => `${user.id}/${name}`);
  expect(left.toSorted()).toEqual([kept.filePath, young].toSorted());
  expect(await sweep()).toBe(0);
});

test('the recordings of an account that is deleted leave no file', async () => {
  await storeBytes(app, user.id, Buffer.from('one'));
  await storeBytes(app, user.id, Buffer.from('two'));
  const other = await createUser(repositories);
  const kept = await storeBytes(app, other.id, Buffer.from('three'));
  await media.removeFolder(user.id);
  await media.removeFolder(user.id);
  expect(await readdir(folder)).not.toContain(user.id);
  expect((await media.read(kept.filePath, 0, 5)).toString()).toBe('three');
  await expect(media.removeFolder('../..')).rejects.toThrow('not the folder of a user');
});
