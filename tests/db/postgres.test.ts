import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { startProxy } from '../helpers/proxy.ts';

const AT_ONCE = 5;

const database = await openTestDatabase();
const unheard: unknown[] = [];
const hear = (reason: unknown) => void unheard.push(reason);
process.on('unhandledRejection', hear);
afterAll(() => void process.off('unhandledRejection', hear));

describe.skipIf(!onPostgres)('the way to PostgreSQL', () => {
  test.each([
    ['text', fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('null', '{', '"', '\\', ','))],
    ['uuid', fc.uuid()],
    ['integer', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
  ])('carries arrays of %s as they are', async (type, element) => {
    const values: fc.Arbitrary<unknown> = element;
    const storable = fc.array(values.filter((value) => !String(value).includes('\0')));
    await fc.assert(
      fc.asyncProperty(storable, async (values) => {
        const array = sql`${sql.param(values)}::${sql.raw(type)}[]`;
        const rows = await query<{ values: unknown }>(
          database.db,
          sql`select to_jsonb(${array}) as values`,
        );
        expect(rows).toEqual([{ values }]);
      }),
    );
  });

  test('rejects what was asked when a connection is cut that has just been opened', async () => {
    const proxy = await startProxy(database.url ?? '');
    const { db, close } = await openPostgres(proxy.url);
    proxy.cutOpened();
    const ask = () => query(db, 'select 1 as one');
    const asked = await Promise.allSettled(Array.from({ length: AT_ONCE }, ask));
    expect(asked.map(({ status }) => status)).toEqual(new Array(AT_ONCE).fill('rejected'));
    proxy.mend();
    expect(await ask()).toEqual([{ one: 1 }]);
    await close();
    proxy.close();
    expect(unheard).toEqual([]);
  });
});
