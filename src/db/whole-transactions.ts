import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { answered } from './answered.ts';

type Work = (sql: TransactionSql) => Promise<unknown>;

type Transaction = {
  /** Why it is over, once it is. */
  over: { reason: unknown } | undefined;
  /** Told of it: those who wait for a statement. */
  waiting: Set<(reason: unknown) => void>;
};

/**
 * A client whose statements are answered by the server or rejected, and whose transactions end with their
 * connections. The driver (postgres 3.4.9) tells whoever began one that it was lost, and goes on with what is
 * left of it: on the next connection in the place of the lost one, outside of any transaction or within
 * somebody else's, and would end that with it. Here the statements of a transaction that is over are rejected,
 * and the driver does not hear of its end.
 */
export function wholeTransactions(client: Sql): Sql {
  return new Proxy(client, {
    get(target, key) {
      if (key === 'begin') return (work: Work) => begin(target, work);
      if (key !== 'unsafe') return Reflect.get(target, key);
      return (...statement: Parameters<Sql['unsafe']>) => answered(target.unsafe(...statement));
    },
  });
}

async function begin(client: Sql, work: Work): Promise<unknown> {
  const transaction: Transaction = { over: undefined, waiting: new Set() };
  const end = (reason: unknown) => {
    transaction.over = { reason };
    for (const tell of transaction.waiting) tell(reason);
  };
  try {
    const result = await client.begin((sql) => within(transaction, sql, work));
    end(new Error('The transaction of this statement is over.'));
    return result;
  } catch (error) {
    end(error);
    throw error;
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
    const tell = () => (transaction.over ? onLate(end) : resolve(end));
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
        answered(target.unsafe(...statement), (answer) => during(transaction, answer));
    },
  });
}

/** @throws why the transaction is over, if it is before the statement has ended */
async function during(transaction: Transaction, statement: () => Promise<unknown>) {
  if (transaction.over) throw transaction.over.reason;
  // One of its own: what is waited for would otherwise be held as long as the transaction lasts.
  const { promise: over, reject } = Promise.withResolvers<never>();
  transaction.waiting.add(reject);
  try {
    return await Promise.race([statement(), over]);
  } catch (error) {
    // Where the connection is lost, its statement is the first to hear of it, and the transaction the next.
    await setImmediate();
    throw error;
  } finally {
    transaction.waiting.delete(reject);
  }
}
