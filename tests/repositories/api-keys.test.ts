import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import type { NewApiKey } from '../../src/repositories/api-keys.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { apiKeys } = repositories;

let user: User;
let other: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  other = await createUser(repositories);
});

const create = (userId: string, secretHash: string, overrides: Partial<NewApiKey> = {}) =>
  apiKeys.create(userId, {
    name: 'Script',
    prefix: 'pk_abc',
    secretHash,
    scopes: ['read', 'chat'],
    expiresAt: null,
    ...overrides,
  });

describe('finding a key by the hash of its secret', () => {
  test('returns its user, role and scopes', async () => {
    const key = await create(user.id, 'hash');
    await create(other.id, 'other', { scopes: ['admin'] });
    expect(await apiKeys.getBySecretHash('hash')).toEqual({
      id: key.id,
      userId: user.id,
      role: 'admin',
      scopes: ['read', 'chat'],
      lastUsedAt: null,
      expiresAt: null,
    });
  });

  test('finds a key until it expires', async () => {
    await create(user.id, 'living', { expiresAt: new Date(Date.now() + 60_000) });
    await create(user.id, 'expired', { expiresAt: new Date(Date.now() - 1) });
    expect(await apiKeys.getBySecretHash('living')).toBeDefined();
    expect(await apiKeys.getBySecretHash('expired')).toBeUndefined();
    expect(await apiKeys.getBySecretHash('unknown')).toBeUndefined();
  });

  test('finds nothing once the key is deleted', async () => {
    const key = await create(user.id, 'hash');
    expect(await apiKeys.delete(user.id, key.id)).toBe(true);
    expect(await apiKeys.getBySecretHash('hash')).toBeUndefined();
    expect(await apiKeys.delete(user.id, key.id)).toBe(false);
  });
});

test('a list holds the keys of one user, the expired ones too, the newest first', async () => {
  const first = await create(user.id, 'first', { expiresAt: new Date(Date.now() - 1) });
  // The embedded database's clock counts milliseconds.
  await setTimeout(2);
  const second = await create(user.id, 'second', { name: 'Other' });
  await create(other.id, 'theirs');
  const page = await apiKeys.listByUser(user.id, { limit: 10 });
  expect(page).toEqual({ data: [second, first], nextCursor: null });
});

test('noting a use sets the time of that key alone', async () => {
  const key = await create(user.id, 'used');
  await create(user.id, 'unused');
  await apiKeys.noteUse(user.id, key.id);
  expect((await apiKeys.getBySecretHash('used'))?.lastUsedAt).toBeInstanceOf(Date);
  expect((await apiKeys.getBySecretHash('unused'))?.lastUsedAt).toBeNull();
});
