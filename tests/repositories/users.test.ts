import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { emptyTestDatabase, onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { users } = repositories;

beforeEach(() => query(db, 'delete from users'));

describe('creating a user', () => {
  test('makes the first one administrator and the others users', async () => {
    const [first, second, third] = [
      await createUser(repositories),
      await createUser(repositories),
      await createUser(repositories),
    ];
    expect([first.role, second.role, third.role]).toEqual(['admin', 'user', 'user']);
  });

  test('keeps the address as it was written, and the hash', async () => {
    const user = await users.create({ email: 'Ann@Example.org', passwordHash: 'hash' });
    expect(user).toMatchObject({ email: 'Ann@Example.org', passwordHash: 'hash' });
    expect(user.createdAt).toBeInstanceOf(Date);
    expect(user.updatedAt).toEqual(user.createdAt);
    expect(await users.getById(user.id)).toEqual(user);
  });

  test.each(['ann@example.org', 'ANN@EXAMPLE.ORG', 'Ann@example.Org'])(
    'is refused as email_taken when the address is there as %s',
    async (email) => {
      await createUser(repositories, { email: 'ann@example.org' });
      await expect(createUser(repositories, { email })).rejects.toMatchObject({
        code: 'email_taken',
      });
      expect(await query(db, 'select id from users')).toHaveLength(1);
    },
  );

  test('passes errors on that are not about the address', async () => {
    const broken = createUser(repositories, { email: 'no address' });
    await expect(broken).rejects.toMatchObject({ cause: { code: '23514' } });
    const long = createUser(repositories, { email: `${'a'.repeat(250)}@example.org` });
    await expect(long).rejects.toMatchObject({ cause: { code: '22001' } });
  });

  test.skipIf(!onPostgres)('makes one administrator of twenty at the same moment', async () => {
    const database = await emptyTestDatabase();
    await database.migrate();
    const fresh = createRepositories(database.db);
    const created = await Promise.all(Array.from({ length: 20 }, () => createUser(fresh)));
    expect(created.filter((user) => user.role === 'admin')).toHaveLength(1);
  });

  test.skipIf(!onPostgres)('gives an address to one of ten at the same moment', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => createUser(repositories, { email: 'race@example.org' })),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(9);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'email_taken' });
  });
});

describe('finding a user', () => {
  test('works by address in any case', async () => {
    const user = await createUser(repositories, { email: 'Ann@Example.org' });
    await createUser(repositories);
    expect(await users.getByEmail('ann@example.ORG')).toEqual(user);
    expect(await users.getByEmail('anne@example.org')).toBeUndefined();
    expect(await users.getByEmail('%')).toBeUndefined();
  });

  test('returns undefined for an id that nobody has', async () => {
    await createUser(repositories);
    expect(await users.getById('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });
});

test('a new password hash is stored for that user alone', async () => {
  const user = await createUser(repositories, { passwordHash: 'old' });
  const other = await createUser(repositories, { passwordHash: 'old' });
  expect(await users.setPasswordHash(user.id, 'new')).toBe(true);
  expect(await users.getById(user.id)).toMatchObject({ passwordHash: 'new' });
  expect(await users.getById(other.id)).toMatchObject({ passwordHash: 'old' });
  await query(db, 'delete from users');
  expect(await users.setPasswordHash(user.id, 'newer')).toBe(false);
});
