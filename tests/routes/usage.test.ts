import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UsageRow } from '../../src/schemas/usage.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { passMidnight } from '../helpers/midnight.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();

type Call = {
  at: string;
  model: string;
  purpose: string;
  estimated: number;
  end: null | { prompt: number | null; completion: number; cost: number | null; failed: boolean };
};

const at = (day: number, minute: number) =>
  new Date(Date.UTC(2026, 0, 10 + day, 0, minute)).toISOString();
const tokens = fc.integer({ min: 0, max: 100_000 });
const call: fc.Arbitrary<Call> = fc.record({
  at: fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 1_439 }))
    .map((t) => at(...t)),
  model: fc.constantFrom('Small', 'large', 'Ünusual'),
  purpose: fc.constantFrom('answer', 'notes'),
  estimated: tokens,
  end: fc.option(
    fc.record({
      prompt: fc.option(tokens),
      completion: tokens,
      // Sums of such are exact.
      cost: fc.option(fc.integer({ min: 0, max: 64 }).map((n) => n / 64)),
      failed: fc.boolean(),
    }),
  ),
});

/** Stores calls in the place of all that a user had. */
async function store(userId: string, calls: readonly Call[]): Promise<void> {
  await query(db, `delete from llm_requests where user_id = '${userId}'`);
  for (const { at, model, purpose, estimated, end } of calls) {
    const [row] = await query<{ id: string }>(
      db,
      `insert into llm_requests (user_id, provider, model, purpose, prompt_tokens, created_at)
       values ('${userId}', 'p', '${model}', '${purpose}', ${estimated}, '${at}') returning id`,
    );
    if (!end) continue;
    const failure = end.failed ? `'model_failed', 'It failed.'` : 'null, null';
    await query(
      db,
      `insert into llm_responses (request_id, prompt_tokens, completion_tokens, latency_ms, cost_usd,
         error_code, error)
       values ('${row?.id}', ${end.prompt}, ${end.completion}, 1, ${end.cost}, ${failure})`,
    );
  }
}

/** The same sums, made here. */
function recount(calls: readonly Call[], from: string, to: string) {
  const inside = calls.filter((one) => one.at.slice(0, 10) >= from && one.at.slice(0, 10) <= to);
  const groups = Map.groupBy(inside, (one) =>
    JSON.stringify([one.at.slice(0, 10), one.model, one.purpose]),
  );
  return new Map(
    [...groups].map(([key, group]) => {
      const sum = (of: (one: Call) => number) => group.reduce((all, one) => all + of(one), 0);
      const sums = {
        requests: group.length,
        promptTokens: sum(({ end, estimated }) => (end ? (end.prompt ?? 0) : estimated)),
        completionTokens: sum(({ end }) => end?.completion ?? 0),
        audioMs: 0,
        costUsd: sum(({ end }) => end?.cost ?? 0),
        unpriced: sum(({ end }) => Number(end !== null && !end.failed && end.cost === null)),
        failed: sum(({ end }) => Number(end?.failed ?? false)),
        unfinished: sum(({ end }) => Number(end === null)),
      };
      return [key, sums] as const;
    }),
  );
}

/** All rows, read in pages. */
async function readAll(parameters: string, limit: number): Promise<UsageRow[]> {
  const rows: UsageRow[] = [];
  let cursor = '';
  do {
    const url = `/v1/usage?${parameters}&limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const { body } = await ada.request<{ data: UsageRow[]; nextCursor: string | null }>('GET', url);
    rows.push(...body.data);
    cursor = body.nextCursor ?? '';
  } while (cursor !== '');
  return rows;
}

describe('usage', () => {
  test('is the sum of the calls, however it is paged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (calls, limit) => {
          await store(ada.user.id, calls);
          const [from, to] = ['2026-01-11', '2026-01-13'];
          const rows = await readAll(`from=${from}&to=${to}`, limit);
          const keyed = rows.map(({ day, model, purpose, provider, ...sums }) => {
            expect(provider).toBe('p');
            return [JSON.stringify([day, model, purpose]), sums] as const;
          });
          expect(new Set(keyed.map(([key]) => key)).size).toBe(keyed.length);
          expect(new Map(keyed)).toEqual(recount(calls, from, to));
          const days = rows.map(({ day }) => day);
          expect(days).toEqual(days.toSorted().toReversed());
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  test('of the last thirty days is what is asked for without days', async () => {
    await passMidnight();
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const one = { model: 'm', purpose: 'answer', estimated: 1, end: null };
    await store(
      ada.user.id,
      [0, 29, 30].map((days) => ({ ...one, at: ago(days) })),
    );
    const days = (await readAll('', 100)).map(({ day }) => day);
    expect(days).toEqual([ago(0).slice(0, 10), ago(29).slice(0, 10)]);
  }, 300_000);

  test('is the caller’s own', async () => {
    const { body } = await bob.request<{ data: object[] }>('GET', '/v1/usage');
    expect(body.data).toEqual([]);
  });

  test.each([
    'from=2026-02-30',
    'from=yesterday',
    'from=0000-01-01',
    'to=9999-12-31',
    'from=2026-01-02&to=2026-01-01',
    'from=2025-01-01&to=2026-01-02',
  ])('?%s is refused', async (parameters) => {
    const { status, body } = await ada.request<{ code: string }>('GET', `/v1/usage?${parameters}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  test.each([
    ['2026-01-01', 'm', 'p'],
    ['0000-01-01', 'm', 'p', 'answer'],
    ['2026-13-01', 'm', 'p', 'answer'],
    [1, 'm', 'p', 'answer'],
    ['2026-01-01', 'm\0', 'p', 'answer'],
  ])('a cursor of %j, %j, … is refused', async (...position) => {
    const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
    const { status, body } = await ada.request<{ code: string }>(
      'GET',
      `/v1/usage?cursor=${cursor}`,
    );
    expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  });
});
