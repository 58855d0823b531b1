import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { DatabaseConnection } from '../src/db/client.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { openBare } from './postgres.ts';

/** A statement as it went to the driver. */
export type Statement = {
  text: string;
  parameters: Parameters;
  prepared: boolean;
  /** Statements with the same number share a transaction; 0 is none. */
  transaction: number;
  /** Milliseconds of `performance.now()`. */
  issuedAt: number;
  doneAt: number;
};

type Unsafe = postgres.Sql['unsafe'];
type Parameters = postgres.ParameterOrJSON<never>[];

/** A connection for the app that notes every statement in `statements`, which may be emptied. */
export async function openRecorded(
  url: string,
): Promise<{ connection: DatabaseConnection; statements: Statement[] }> {
  const statements: Statement[] = [];
  let transactions = 0;
  const pool = openBare(url);
  const plain = await openPostgres(url);

  const recorded = (unsafe: Unsafe, transaction: number): Unsafe => {
    const record: Unsafe = <Rows extends unknown[]>(
      text: string,
      parameters: Parameters = [],
      options: postgres.UnsafeQueryOptions = {},
    ) => {
      const query = unsafe<Rows>(text, parameters, options);
      const statement = {
        text,
        parameters: [...parameters],
        prepared: options.prepare === true,
        transaction,
        issuedAt: performance.now(),
        doneAt: Number.POSITIVE_INFINITY,
      };
      statements.push(statement);
      const done = () => {
        statement.doneAt = performance.now();
      };
      // The driver waits a moment before it sends, in which `.values()` still counts.
      query.then(done, done);
      return query;
    };
    return record;
  };
  const watched = <Client extends postgres.Sql | postgres.TransactionSql>(
    client: Client,
    transaction: number,
  ): Client =>
    new Proxy(client, {
      get(target, key) {
        if (key === 'unsafe') return recorded(target.unsafe, transaction);
        if (key === 'begin' && 'begin' in target) {
          return (work: (tx: postgres.TransactionSql) => Promise<unknown>) => {
            transactions += 1;
            const number = transactions;
            return target.begin((tx) => work(watched(tx, number)));
          };
        }
        // A transaction within one is a part of it.
        if (key === 'savepoint' && 'savepoint' in target) {
          return (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
            target.savepoint((tx) => work(watched(tx, transaction)));
        }
        return Reflect.get(target, key);
      },
    });

  return {
    statements,
    connection: {
      ...plain,
      db: drizzle(watched(pool, 0)),
      close: async () => {
        await plain.close();
        await pool.end({ timeout: 5 });
      },
    },
  };
}
