import { beforeEach, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { mediaSources } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const video = { kind: 'youtube', externalId: 'dQw4w9WgXcQ' } as const;

test('a source is kept with what is known of it', async () => {
  const known = {
    title: 'Title',
    channel: 'Channel',
    description: 'Description',
    durationSeconds: 12,
    url: 'https://youtu.be/dQw4w9WgXcQ',
    publishedAt: new Date('2025-03-01T10:00:00.125Z'),
  };
  const saved = await mediaSources.save(user.id, { ...video, ...known });
  expect(saved).toMatchObject({ userId: user.id, ...video, ...known });
  expect(await mediaSources.getById(user.id, saved.id)).toEqual(saved);
});

test('the same source again is the same row, with what is new of it', async () => {
  const first = await mediaSources.save(user.id, { ...video, title: 'Old', channel: 'Channel' });
  const second = await mediaSources.save(user.id, { ...video, title: 'New' });
  expect(second).toMatchObject({ id: first.id, title: 'New', channel: 'Channel' });
  expect(await mediaSources.save(user.id, video)).toMatchObject({ id: first.id, title: 'New' });
});

test('sources are one by user, kind and id; without an id each is its own', async () => {
  const other = await createUser(repositories);
  const saved = [
    await mediaSources.save(user.id, video),
    await mediaSources.save(other.id, video),
    await mediaSources.save(user.id, { ...video, kind: 'other' }),
    await mediaSources.save(user.id, { ...video, externalId: 'abcdefghijk' }),
    await mediaSources.save(user.id, { kind: 'upload', externalId: null }),
    await mediaSources.save(user.id, { kind: 'upload', externalId: null }),
  ];
  expect(new Set(saved.map(({ id }) => id)).size).toBe(saved.length);
});
