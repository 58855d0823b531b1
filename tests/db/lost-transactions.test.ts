import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { isUnavailable } from '../../src/db/errors.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';

const { db, url = '' } = await openTestDatabase();

/** With one connection, whoever comes next has that of the transaction. Silence is not what ends it. */
const limits = {
  ...{ poolSize: 1, statementTimeoutMs: 60_000, idleInTransactionTimeoutMs: 60_000 },
  ...{ connectTimeoutMs: 30_000, lockTimeoutMs: 30_000 },
};

const write = (name: string): SQL => sql`insert into written values (${name})`;
const written = async () =>
  (await query<{ name: string }>(db, 'select name from written order by name')).map(
    ({ name }) => name,
  );

/** Ends the connection of a transaction, and waits until it has ended. */
async function cut(tx: Database): Promise<void> {
  const [{ pid } = { pid: 0 }] = await query<{ pid: number }>(tx, 'select pg_backend_pid() as pid');
  await query(db, `select pg_terminate_backend(${pid})`);
  const backend = `select from pg_stat_activity where pid = ${pid}`;
  await expect.poll(() => query(db, backend)).toEqual([]);
}

describe.skipIf(!onPostgres)('a transaction whose connection is lost', () => {
  let own: Awaited<ReturnType<typeof openPostgres>>;
  beforeAll(async () => {
    await query(db, 'create table written (name text)');
    own = await openPostgres(url, limits);
  });
  beforeEach(() => query(db, 'truncate written'));
  afterAll(() => own?.close());

  /** Answered once there is a connection again. */
  const reconnected = () =>
    expect
      .poll(() => query(own.db, 'select 1 as one').catch(() => []), { timeout: 50_000 })
      .toEqual([{ one: 1 }]);

  test('in the middle of a statement leaves a connection to others', async () => {
    const pid = Promise.withResolvers<number>();
    const lost = own.db.transaction(async (tx) => {
      const [row] = await query<{ pid: number }>(tx, 'select pg_backend_pid() as pid');
      pid.resolve(row?.pid ?? 0);
      await query(tx, 'select pg_sleep(50)');
    });
    const rejected = expect(lost).rejects.toThrow('CONNECTION_CLOSED');
    await query(db, `select pg_terminate_backend(${await pid.promise})`);
    await rejected;
    for (let count = 0; count < 3; count += 1) await reconnected();
    await own.db.transaction((tx) => tx.execute(write('later')));
    expect(await written()).toEqual(['later']);
  });

  test('writes nothing more, neither outside of it nor in that of another', async () => {
    const mayGoOn = Promise.withResolvers<void>();
    const isLost = Promise.withResolvers<void>();
    let refused: unknown;
    const wentOn = Promise.withResolvers<void>();
    const lost = own.db.transaction(async (tx) => {
      await tx.execute(write('before'));
      await cut(tx);
      isLost.resolve();
      await mayGoOn.promise;
      await tx.execute(write('after')).catch((error: unknown) => {
        refused = error;
      });
      // The driver would now send COMMIT.
      wentOn.resolve();
    });
    const rejected = expect(lost).rejects.toThrow('CONNECTION_CLOSED');
    await isLost.promise;
    await reconnected();
    const undone = own.db.transaction(async (tx) => {
      await tx.execute(write('of another'));
      mayGoOn.resolve();
      await wentOn.promise;
      await tx.execute(sql`select pg_sleep(0.1)`);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await rejected;
    expect(isUnavailable(refused)).toBe(true);
    expect(await written()).toEqual([]);
  });

  test('ends those within it, which see to what they have opened', async () => {
    const seen: string[] = [];
    const lost = own.db.transaction(async (tx) => {
      try {
        await tx.transaction(async (inner) => {
          try {
            await inner.execute(write('inside'));
            await cut(inner);
            await reconnected();
            await inner.execute(write('after'));
          } finally {
            seen.push('inner');
          }
        });
      } finally {
        seen.push('outer');
      }
    });
    await expect(lost).rejects.toThrow('CONNECTION_CLOSED');
    await expect.poll(() => seen.toSorted()).toEqual(['inner', 'outer']);
    await reconnected();
    expect(await written()).toEqual([]);
  });
});

test.skipIf(!onPostgres)('a savepoint is rolled back alone', async () => {
  await query(db, 'create table kept (name text)');
  await db.transaction(async (tx) => {
    const inner = tx.transaction(async (point) => {
      await query(point, `insert into kept values ('undone')`);
      await query(point, 'select 1 / 0');
    });
    await expect(inner).rejects.toThrow();
    await tx.transaction((point) => query(point, `insert into kept values ('kept')`));
  });
  expect(await query(db, 'select name from kept')).toEqual([{ name: 'kept' }]);
});
