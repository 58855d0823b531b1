import { beforeAll, describe, expect, test } from 'vitest';
import { slicesOf } from '../../src/repositories/slices.ts';
import { buildTestApp } from '../helpers/app.ts';
import type { Actor } from '../helpers/client.ts';
import { cpuMs, least, longestBlockMs } from '../helpers/cpu-time.ts';
import { onPostgres, query } from '../helpers/database.ts';
import { createTranscript } from '../helpers/factories.ts';

const { client, db, repositories } = await buildTestApp();
const LONG = 300_000;
/** In one piece it was a hundred and more. */
const MOST_MS = 65;
const JSON_TYPE = { 'content-type': 'application/json' };

let ada: Actor;
let transcriptId: string;
beforeAll(async () => {
  ada = await client.register();
  transcriptId = (await createTranscript(repositories, ada.user.id)).id;
});

type Answer = { batch: { id: string; totalFiles: number }; errors: object[] };
const start = (text: string, headers = {}) =>
  ada.request<Answer>('POST', '/v1/batches', text, { ...JSON_TYPE, ...headers });

// The embedded database computes in the same thread.
describe.skipIf(!onPostgres)('a large batch keeps nobody waiting much longer than', () => {
  test('its JSON takes to be parsed: 10,000 items', { timeout: LONG }, async () => {
    const metadata = { marks: Array.from({ length: 60 }, (_, at) => ({ at, kind: 'mark' })) };
    const items = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ title: `Talk ${n}`, text: `Ada: Talk ${n} begins.`, metadata },
    }));
    const text = JSON.stringify({ name: 'Talks', type: 'import', items });
    let key = 0;
    const longest = await least(() =>
      longestBlockMs(async () => {
        key += 1;
        const answer = await start(text, { 'idempotency-key': `large-${key}` });
        expect(answer).toMatchObject({ status: 202, body: { batch: { totalFiles: 10_000 } } });
      }),
    );
    const parsing = await least(() => cpuMs(() => JSON.parse(text)));
    // In one piece it was more than four times as long.
    expect(longest).toBeLessThan(2.5 * parsing + 20);
  });

  test('a moment: 100,000 ids', { timeout: LONG }, async () => {
    const rows = await query<{ id: string }>(
      db,
      `insert into transcripts (user_id) select '${ada.user.id}' from generate_series(1, 100000)
       returning id`,
    );
    const items = [...slicesOf(rows, 1_000)].map((slice) => ({
      transcriptIds: slice.map(({ id }) => id),
    }));
    const text = JSON.stringify({ name: 'Ids', type: 'embed', items });
    const longest = await least(() =>
      longestBlockMs(async () => expect(await start(text)).toMatchObject({ status: 202 })),
    );
    expect(longest).toBeLessThan(MOST_MS);
  });
});

describe('the ids of a batch', () => {
  test('are 100,000 at most, and the item is named that goes beyond them', async () => {
    const full = { transcriptIds: new Array(1_000).fill(transcriptId) };
    for (const [type, item] of [
      ['embed', { transcriptIds: [transcriptId] }],
      ['export', { scope: { transcriptIds: [transcriptId] } }],
    ] as const) {
      const body = { name: 'Ids', type, items: [...new Array(100).fill(full), item] };
      expect(await start(JSON.stringify(body))).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/items/100', message: expect.stringContaining('100000') }] },
      });
    }
  });

  test('are stored once each, in their order', async () => {
    const other = (await createTranscript(repositories, ada.user.id)).id;
    const transcriptIds = [other, transcriptId.toUpperCase(), other, transcriptId];
    for (const type of ['embed', 'export']) {
      const items = [{ transcriptIds }];
      const { body } = await start(JSON.stringify({ name: 'Ids', type, items }));
      const { data } = await repositories.jobs.listByUser(ada.user.id, {
        limit: 1,
        batchId: body.batch.id,
      });
      expect(data[0]?.parameters).toMatchObject({ transcriptIds: [other, transcriptId] });
    }
  });
});
