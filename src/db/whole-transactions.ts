import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';

type Work = (sql: TransactionSql) => Promise<unknown>;

type Transaction = {
  isOver: boolean;
  /** Rejected once it is over. */
  over: Promise<never>;
};

/**
 * A client whose transactions end with their connections. The driver (postgres 3.4.9) tells whoever began
 * one that it was lost, and goes on with what is left of it: on the next connection in the place of the
 * lost one, outside of any transaction or within somebody else's, and would end that with it. Here the
 * statements of a transaction that is over are rejected, and the driver does not hear of its end.
 */
export function wholeTransactions(client: Sql): Sql {
  return new Proxy(client, {
    get: (target, key) =>
      key === 'begin' ? (work: Work) => begin(target, work) : Reflect.get(target, key),
  });
}

async function begin(client: Sql, work: Work): Promise<unknown> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  // Who waits for a statement hears of it.
  over.catch(() => {});
  const transaction: Transaction = { isOver: false, over };
  try {
    return await client.begin((sql) => within(transaction, sql, work));
  } catch (error) {
    reject(error);
    throw error;
  } finally {
    transaction.isOver = true;
    reject(new Error('The transaction of this statement is over.'));
  }
}

/**
 * Does a transaction's work, or a part of it that can be undone. When that has ended, the driver commits it
 * or rolls it back.
 *
 * @param onLate told of the end instead of the driver when the transaction is over by then
 */
function within(
  transaction: Transaction,
  sql: TransactionSql,
  work: Work,
  onLate: (end: Promise<unknown>) => void = () => {},
): Promise<unknown> {
  return new Promise((resolve) => {
    const end = work(guarded(transaction, sql));
    const tell = () => (transaction.isOver ? onLate(end) : resolve(end));
    end.then(tell, tell);
  });
}

/** Guards the two things that Drizzle asks a transaction for. */
function guarded(transaction: Transaction, sql: TransactionSql): TransactionSql {
  const savepoint = (work: Work) =>
    new Promise((resolve, reject) => {
      sql.savepoint((inner) => within(transaction, inner, work, resolve)).then(resolve, reject);
    });
  return new Proxy(sql, {
    get(target, key) {
      if (key === 'savepoint') return (work: Work) => during(transaction, () => savepoint(work));
      if (key !== 'unsafe') return Reflect.get(target, key);
      return (...statement: Parameters<TransactionSql['unsafe']>) =>
        lazily(target.unsafe(...statement), (query) => during(transaction, () => query));
    },
  });
}

/** A query of the driver is sent when somebody waits for it. @param wait what waiting for it is */
function lazily<Query extends object>(query: Query, wait: (query: Query) => Promise<unknown>) {
  return new Proxy(query, {
    get(target, key) {
      if (key !== 'then') return Reflect.get(target, key);
      const { then } = Promise.prototype;
      return (...told: Parameters<typeof then>) => wait(target).then(...told);
    },
  });
}

/** @throws why the transaction is over, if it is before the statement has ended */
async function during(transaction: Transaction, statement: () => PromiseLike<unknown> | object) {
  if (transaction.isOver) return transaction.over;
  try {
    return await Promise.race([statement(), transaction.over]);
  } catch (error) {
    // Where the connection is lost, its statement is the first to hear of it, and the transaction the next.
    await setImmediate();
    throw error;
  }
}
