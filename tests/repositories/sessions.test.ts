import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { clockTick, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { sessions } = repositories;
const HOUR = 3_600_000;
const inAnHour = () => new Date(Date.now() + HOUR);

let admin: User;
let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  admin = await createUser(repositories);
  user = await createUser(repositories);
});

const create = (userId: string, tokenHash: string, expiresAt = inAnHour()) =>
  sessions.create(userId, { tokenHash, expiresAt });

describe('finding a session by its token hash', () => {
  test('returns its user and the role that the user has now', async () => {
    const expiresAt = inAnHour();
    const session = await create(user.id, 'mine', expiresAt);
    await create(admin.id, 'theirs');
    expect(await sessions.getByTokenHash('mine')).toEqual({
      id: session.id,
      userId: user.id,
      role: 'user',
      createdAt: session.createdAt,
      lastUsedAt: session.lastUsedAt,
      expiresAt,
    });
    expect(await sessions.getByTokenHash('theirs')).toMatchObject({ role: 'admin' });
    await query(db, sql`update users set role = 'admin' where id = ${user.id}`);
    expect(await sessions.getByTokenHash('mine')).toMatchObject({ role: 'admin' });
  });

  test('returns nothing for an unknown, an expired or a deleted one', async () => {
    const session = await create(user.id, 'gone');
    await create(user.id, 'expired', new Date(Date.now() - 1));
    await sessions.delete(user.id, session.id);
    for (const hash of ['unknown', 'expired', 'gone', '']) {
      expect(await sessions.getByTokenHash(hash)).toBeUndefined();
    }
  });

  test('ends with the deletion of its user', async () => {
    await create(user.id, 'mine');
    await query(db, sql`delete from users where id = ${user.id}`);
    expect(await sessions.getByTokenHash('mine')).toBeUndefined();
  });
});

test('extending moves the end and notes the use', async () => {
  const session = await create(user.id, 'mine', new Date(Date.now() + 1_000));
  const later = new Date(Date.now() + 48 * HOUR);
  await query(db, `update sessions set last_used_at = '2020-01-01'`);
  await sessions.extend(user.id, session.id, later);
  const found = await sessions.getByTokenHash('mine');
  expect(found?.expiresAt).toEqual(later);
  expect(found?.lastUsedAt.getTime()).toBeGreaterThanOrEqual(session.lastUsedAt.getTime());
});

test('a list holds the living sessions of one user, the newest first', async () => {
  const first = await create(user.id, 'first');
  await clockTick();
  const second = await create(user.id, 'second');
  await create(user.id, 'expired', new Date(Date.now() - 1));
  await create(admin.id, 'theirs');
  const page = await sessions.listByUser(user.id, { limit: 10 });
  expect(page).toEqual({ data: [second, first], nextCursor: null });
});

test('deleting says whether there was such a session', async () => {
  const session = await create(user.id, 'mine');
  expect(await sessions.delete(user.id, session.id)).toBe(true);
  expect(await sessions.delete(user.id, session.id)).toBe(false);
});

describe('deleting all sessions of a user', () => {
  test('leaves those of others', async () => {
    await create(user.id, 'a');
    await create(user.id, 'b');
    await create(admin.id, 'c');
    expect(await sessions.deleteAllForUser(user.id)).toBe(2);
    expect(await sessions.deleteAllForUser(user.id)).toBe(0);
    expect(await sessions.getByTokenHash('c')).toBeDefined();
  });

  test('can spare the one that asks', async () => {
    await create(user.id, 'a');
    const current = await create(user.id, 'b');
    expect(await sessions.deleteAllForUser(user.id, current.id)).toBe(1);
    expect(await sessions.getByTokenHash('a')).toBeUndefined();
    expect(await sessions.getByTokenHash('b')).toBeDefined();
  });
});

test('removing what expired counts it and leaves the living', async () => {
  await create(user.id, 'a', new Date(Date.now() - 1));
  await create(admin.id, 'b', new Date(Date.now() - HOUR));
  await create(user.id, 'c');
  expect(await sessions.deleteExpired()).toBe(2);
  expect(await sessions.deleteExpired()).toBe(0);
  expect(await query(db, 'select token_hash from sessions')).toEqual([{ token_hash: 'c' }]);
});
