import { setTimeout } from 'node:timers/promises';
import postgres from 'postgres';

/** Between the failure of a query and the news that its connection is lost, which follows at once. */
const NEWS_MS = 1_000;

type Work<T> = (tx: postgres.TransactionSql) => Promise<T>;

/**
 * Ends transactions with their connection. The driver (postgres 3.4.9) rejects one whose connection is
 * lost, and yet sends what its function still asks for, and COMMIT or ROLLBACK in the end, on whatever
 * has become of that connection: outside of any transaction, or inside of somebody else's; and where that
 * is nothing yet, nobody can use the connection until it is found silent
 * (https://github.com/porsager/postgres/issues/1066). Here nothing is sent any more: queries are rejected.
 *
 * @param client is changed
 */
export function endWithConnection(client: postgres.Sql): postgres.Sql {
  const { begin } = client;
  const whole = <T>(work: Work<T>) => {
    let lost: Error | undefined;
    const running = begin((tx) => unlessLost(work(guarded(tx))));
    // It can be rejected before the function has ended for this reason only.
    const over = running.then(() => new Promise<never>(() => {}));
    over.catch((error: Error) => {
      lost = error;
    });
    return running;

    /** Who never ends has nothing to commit, and nothing to roll back. Nobody waits for it. */
    async function unlessLost<V>(result: Promise<V>): Promise<V> {
      await Promise.allSettled([result]);
      return lost ? new Promise<never>(() => {}) : result;
    }

    function guarded(tx: postgres.TransactionSql): postgres.TransactionSql {
      return Object.create(tx, {
        unsafe: {
          value(...given: Parameters<typeof tx.unsafe>) {
            // Nothing is sent before it is waited for.
            const query = tx.unsafe(...given);
            const answer = lost ? Promise.reject(lost) : query.catch(told);
            return Object.assign(answer, { values });

            function values() {
              query.values();
              return answer;
            }
          },
        },
        savepoint: {
          value: (inner: Work<unknown>) =>
            Promise.race([tx.savepoint((point) => unlessLost(inner(guarded(point)))), over]),
        },
      });
    }

    /** By the time that the function hears of it, the transaction is known to be lost. */
    async function told(error: unknown): Promise<never> {
      if (!(error instanceof postgres.PostgresError)) {
        const news = over.catch(() => {});
        await Promise.race([news, setTimeout(NEWS_MS, undefined, { ref: false })]);
      }
      throw error;
    }
  };
  return Object.assign(client, { begin: whole });
}
