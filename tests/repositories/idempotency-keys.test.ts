import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { idempotencyKeys } = repositories;
const answer = { statusCode: 201, contentType: 'application/json', body: '{"id":1}' };

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const claim = (key = 'key', hash = 'hash', ttlMs = 60_000) =>
  idempotencyKeys.claim(user.id, key, hash, new Date(Date.now() + ttlMs));

/** Moves what was claimed so far into the past. */
const wait = (interval: string, column = 'created_at') =>
  query(db, `update idempotency_keys set ${column} = ${column} - interval '${interval}'`);

test('the first request gets the key, and has no answer yet', async () => {
  expect(await idempotencyKeys.get(user.id, 'key')).toBeUndefined();
  expect(await claim()).toBe(true);
  expect(await idempotencyKeys.get(user.id, 'key')).toMatchObject({
    requestHash: 'hash',
    statusCode: null,
    contentType: null,
    body: null,
  });
});

test('a key is free for another user and another key is free for the same one', async () => {
  const other = await createUser(repositories);
  await claim();
  expect(await claim('other key')).toBe(true);
  const expiresAt = new Date(Date.now() + 60_000);
  expect(await idempotencyKeys.claim(other.id, 'key', 'hash', expiresAt)).toBe(true);
});

describe('while a request runs', () => {
  test('a second one is turned away', async () => {
    await claim();
    expect(await claim()).toBe(false);
    // In a transaction time stands still: however long this takes, it is not two minutes ago.
    await db.transaction(async (tx) => {
      await query(tx, `update idempotency_keys set created_at = now() - interval '119 seconds'`);
      const inside = createRepositories(tx).idempotencyKeys;
      const expiresAt = new Date(Date.now() + 60_000);
      expect(await inside.claim(user.id, 'key', 'hash', expiresAt)).toBe(false);
    });
  });

  test.skipIf(!onPostgres)('one of twenty at the same moment gets the key', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim()));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  test('is held on as long as its request renews it', async () => {
    await claim();
    await wait('3 minutes');
    await idempotencyKeys.renew(user.id, 'key');
    expect(await claim()).toBe(false);
    await wait('3 minutes');
    expect(await claim()).toBe(true);
  });

  test.skipIf(!onPostgres)('one of twenty takes an abandoned key over', async () => {
    await claim();
    await wait('3 minutes');
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim()));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});

describe('a request that was cut off', () => {
  test('is run again after two minutes, and counts from then on', async () => {
    await claim();
    await wait('121 seconds');
    expect(await claim()).toBe(true);
    expect(await claim()).toBe(false);
  });

  test('is not taken over by a different request', async () => {
    await claim();
    await wait('121 seconds');
    expect(await claim('key', 'other hash')).toBe(false);
    expect(await idempotencyKeys.get(user.id, 'key')).toMatchObject({ requestHash: 'hash' });
  });
});

describe('an answered request', () => {
  test('is replayed as it was, however long ago', async () => {
    await claim();
    await idempotencyKeys.complete(user.id, 'key', answer);
    await wait('30 minutes');
    expect(await claim()).toBe(false);
    expect(await idempotencyKeys.get(user.id, 'key')).toMatchObject(answer);
  });

  test('cannot be released', async () => {
    await claim();
    await idempotencyKeys.complete(user.id, 'key', answer);
    await idempotencyKeys.release(user.id, 'key');
    expect(await idempotencyKeys.get(user.id, 'key')).toMatchObject(answer);
  });

  test('gives its key up when it expires, even to a different request', async () => {
    await claim();
    await idempotencyKeys.complete(user.id, 'key', answer);
    await wait('61 seconds', 'expires_at');
    expect(await claim('key', 'other hash')).toBe(true);
    expect(await idempotencyKeys.get(user.id, 'key')).toMatchObject({
      requestHash: 'other hash',
      statusCode: null,
      contentType: null,
      body: null,
    });
  });
});

test('a released key can be claimed at once, by any request', async () => {
  await claim();
  await claim('other key');
  await idempotencyKeys.release(user.id, 'key');
  expect(await idempotencyKeys.get(user.id, 'key')).toBeUndefined();
  expect(await idempotencyKeys.get(user.id, 'other key')).toBeDefined();
  expect(await claim('key', 'other hash')).toBe(true);
});

test('removing what expired counts it and leaves the rest', async () => {
  await claim('old');
  await claim('older');
  await wait('61 seconds', 'expires_at');
  await claim('new');
  expect(await idempotencyKeys.deleteExpired()).toBe(2);
  expect(await idempotencyKeys.deleteExpired()).toBe(0);
  expect(await query(db, 'select key from idempotency_keys')).toEqual([{ key: 'new' }]);
});
