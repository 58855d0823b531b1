import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { startProxy } from '../helpers/proxy.ts';

const AT_ONCE = 5;
const ROUNDS = 10;
/** They are opened anew within 0.3 s; the driver's own wait was up to 20 s. */
const ANSWERED_IN_MS = 10_000;

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

  test.each([
    ['at once', (socket: Socket) => socket.end()],
    ['at the first word', (socket: Socket) => socket.once('data', () => socket.end())],
  ])(
    'rejects what is asked where somebody else takes connections and ends them %s',
    async (_, hangUp) => {
      let connections = 0;
      const server = createServer((socket) => {
        connections += 1;
        socket.on('error', () => {});
        hangUp(socket);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const { db, close } = await openPostgres(`postgres://ada@127.0.0.1:${port}/parley`);
      expect(await query(db, 'select 1').catch(codeOf)).toBe('ECONNRESET');
      expect(connections).toBe(1);
      await close();
      server.close();
    },
  );

  test('answers again soon after all connections were lost, busy and idle ones', async () => {
    const proxy = await startProxy(database.url ?? '');
    const { db, close } = await openPostgres(proxy.url);
    const failures = new Set<string>();
    const ask = async (statement: string) => {
      const asked = Date.now();
      const outcome = await query(db, statement).catch(codeOf);
      if (typeof outcome === 'string') failures.add(outcome);
      if (Date.now() - asked > ANSWERED_IN_MS) failures.add('late');
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const all = Array.from({ length: 20 }, () => ask('select pg_sleep(0.02)'));
      await Promise.all(all);
      let isOver = false;
      const askOn = async () => {
        while (!isOver) await ask('select 1');
      };
      const asking = Array.from({ length: 6 }, askOn);
      await setTimeout(round);
      proxy.cut();
      proxy.mend();
      await setTimeout(50);
      isOver = true;
      await Promise.all(asking);
    }
    const known = ['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE'];
    expect([...failures].filter((code) => !known.includes(code))).toEqual([]);
    expect(failures.size).toBeGreaterThan(0);
    await close();
    proxy.close();
  });
});

/** What the driver calls a failure. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
}
