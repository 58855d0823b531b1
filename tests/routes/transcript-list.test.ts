import { describe, expect, test } from 'vitest';
import type { TranscriptValues } from '../../src/repositories/transcripts.ts';
import type { MetadataFilter } from '../../src/schemas/metadata-filter.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { clockTick, query } from '../helpers/database.ts';

const { client, db, repositories } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();

type Page = { data: Transcript[]; nextCursor: string | null };
type Extra = { created?: string; published?: string; speakers?: string[] };
type Parameters = Record<string, string | number>;

/** A transcript by its title, imported and published at given times, with given speakers. */
async function add(owner: typeof ada, values: TranscriptValues, extra: Extra = {}) {
  await clockTick();
  const { created = '2026-01-01', published, speakers = [] } = extra;
  const { id } = await repositories.transcripts.create(owner.user.id, values);
  await query(db, `update transcripts set created_at = '${created}Z' where id = '${id}'`);
  for (const label of speakers) {
    await query(
      db,
      `insert into transcript_speakers (user_id, transcript_id, label, segment_count)
       values ('${owner.user.id}', '${id}', '${label}', 1)`,
    );
  }
  if (published) {
    await query(
      db,
      `with source as (insert into media_sources (user_id, kind, published_at)
         values ('${owner.user.id}', 'other', '${published}Z') returning id)
       update transcripts set media_source_id = source.id from source where transcripts.id = '${id}'`,
    );
  }
}

const mill = {
  title: 'The Tide Mill at 100%_full',
  channelName: 'Slow Machines',
  language: 'en-US',
  duration: 600,
  youtubeVideoId: 'dQw4w9WgXcQ',
  metadata: { tags: ['mill', 'tide'], take: 2, room: 'north' },
};
await add(ada, mill, {
  created: '2026-01-01T10:00:00.123456',
  published: '2025-05-01',
  speakers: ['Maren', 'Jonah'],
});
await add(
  ada,
  { title: 'a windmill', channelName: 'slow machines', language: 'en', duration: 60 },
  { created: '2026-02-01', published: '2025-06-01', speakers: ['Maren'] },
);
await add(
  ada,
  { title: 'Bread\\butter', channelName: 'Kitchen', language: 'de_AT', metadata: { take: '2' } },
  { created: '2026-03-01', speakers: ['maren'] },
);
await add(ada, { language: 'enm', duration: 0 }, { created: '2026-04-01' });
// The same of somebody else: every filter finds it as well, were it not for its owner.
await add(bob, mill, { published: '2025-05-01', speakers: ['Maren'] });

const MILL = mill.title;
const WIND = 'a windmill';
const BREAD = 'Bread\\butter';

const urlOf = (parameters: Parameters) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) search.set(name, `${value}`);
  return `/v1/transcripts?${search}`;
};
async function list(parameters: Parameters, actor = ada) {
  const { status, body, text } = await actor.request<Page>('GET', urlOf(parameters));
  expect(status, text).toBe(200);
  return body;
}
const titles = async (parameters: Parameters) =>
  (await list(parameters)).data.map(({ title }) => title);

describe('one filter', () => {
  test.each<[Parameters, (string | null)[]]>([
    [{}, [null, BREAD, WIND, MILL]],
    [{ title: 'MILL' }, [WIND, MILL]],
    [{ title: '100%_F' }, [MILL]],
    [{ title: '%' }, [MILL]],
    [{ title: '_' }, [MILL]],
    [{ title: '\\' }, [BREAD]],
    [{ title: 'tide%full' }, []],
    [{ channelName: 'SLOW machines' }, [WIND, MILL]],
    [{ channelName: 'slow' }, []],
    [{ language: 'en' }, [WIND, MILL]],
    [{ language: 'EN-us' }, [MILL]],
    [{ language: 'de' }, [BREAD]],
    [{ language: 'de-AT' }, [BREAD]],
    [{ language: 'enm' }, [null]],
    [{ createdAfter: '2026-02-01T00:00:00Z' }, [null, BREAD, WIND]],
    [{ createdAfter: '2026-02-01T01:00:00.001+01:00' }, [null, BREAD]],
    [
      { createdAfter: '2026-01-01T10:00:00.123Z', createdBefore: '2026-01-01T10:00:00.124Z' },
      [MILL],
    ],
    [{ createdBefore: '2026-02-01T00:00:00Z' }, [MILL]],
    [{ createdBefore: '0001-01-01T00:00:00Z' }, []],
    [{ createdBefore: '9999-12-31T23:59:59Z' }, [null, BREAD, WIND, MILL]],
    [{ publishedAfter: '2025-06-01T00:00:00Z' }, [WIND]],
    [{ publishedBefore: '2025-06-01T00:00:00Z' }, [MILL]],
    [{ minDuration: 0 }, [null, WIND, MILL]],
    [{ minDuration: 61 }, [MILL]],
    [{ maxDuration: 60 }, [null, WIND]],
    [{ maxDuration: 0 }, [null]],
    [{ speaker: 'Maren' }, [WIND, MILL]],
    [{ speaker: 'Jonah' }, [MILL]],
    [{ speaker: 'Mar' }, []],
    [{ youtubeVideoId: 'dQw4w9WgXcQ' }, [MILL]],
    [{ youtubeVideoId: 'https://youtu.be/dQw4w9WgXcQ?t=5' }, [MILL]],
    [{ youtubeVideoId: 'dqw4w9wgxcq' }, []],
  ])('%j', async (parameters, expected) => {
    expect(await titles(parameters)).toEqual(expected);
  });

  test.each<[MetadataFilter, (string | null)[]]>([
    [{ key: 'room', op: 'eq', value: 'north' }, [MILL]],
    [{ key: 'room', op: 'ne', value: 'north' }, [null, BREAD, WIND]],
    [{ key: 'take', op: 'eq', value: 2 }, [MILL]],
    [{ key: 'take', op: 'eq', value: '2' }, [BREAD]],
    [{ key: 'take', op: 'in', value: [2, '2'] }, [BREAD, MILL]],
    [{ key: 'take', op: 'gt', value: 1.5 }, [MILL]],
    [{ key: 'take', op: 'gt', value: '1' }, [BREAD]],
    [{ key: 'tags', op: 'contains', value: 'tide' }, [MILL]],
    [{ key: 'tags', op: 'contains', value: 'tid' }, []],
    [{ key: 'room', op: 'contains', value: 'ort' }, [MILL]],
    [{ key: 'room', op: 'contains', value: 'ORT' }, []],
    [
      {
        and: [
          { key: 'take', op: 'ne', value: 2 },
          {
            or: [
              { key: 'take', op: 'gte', value: '2' },
              { key: 'room', op: 'eq', value: 1 },
            ],
          },
        ],
      },
      [BREAD],
    ],
  ])('metadata %j', async (filter, expected) => {
    expect(await titles({ metadata: JSON.stringify(filter) })).toEqual(expected);
  });
});

test('filters narrow the list together', async () => {
  const all = {
    title: 'mill',
    channelName: 'slow machines',
    language: 'en',
    createdAfter: '2026-01-01T00:00:00Z',
    createdBefore: '2026-03-01T00:00:00Z',
    publishedAfter: '2025-01-01T00:00:00Z',
    publishedBefore: '2026-01-01T00:00:00Z',
    minDuration: 60,
    maxDuration: 600,
    speaker: 'Maren',
  };
  expect(await titles(all)).toEqual([WIND, MILL]);
  const room = JSON.stringify({ key: 'room', op: 'eq', value: 'north' });
  const narrower = { ...all, youtubeVideoId: 'dQw4w9WgXcQ', metadata: room };
  expect(await titles(narrower)).toEqual([MILL]);
  expect(await titles({ ...narrower, maxDuration: 599 })).toEqual([]);
});

describe('an order', () => {
  test.each<[Parameters, (string | null)[]]>([
    [{ sort: 'createdAt' }, [null, BREAD, WIND, MILL]],
    [{ sort: 'createdAt', order: 'asc' }, [MILL, WIND, BREAD, null]],
    [{ order: 'asc' }, [MILL, WIND, BREAD, null]],
    [{ sort: 'title' }, [null, WIND, BREAD, MILL]],
    [{ sort: 'title', order: 'desc' }, [MILL, BREAD, WIND, null]],
    [{ sort: 'duration' }, [MILL, WIND, null, BREAD]],
    [{ sort: 'duration', order: 'asc' }, [BREAD, null, WIND, MILL]],
  ])('%j', async (parameters, expected) => {
    expect(await titles(parameters)).toEqual(expected);
  });

  test('by channel has what lacks one first, and equal names together', async () => {
    const channels = (await list({ sort: 'channelName' })).data.map((row) => row.channelName);
    expect(channels.map((name) => name?.toLowerCase() ?? null)).toEqual([
      null,
      'kitchen',
      'slow machines',
      'slow machines',
    ]);
  });

  test('by the last change follows changes', async () => {
    const carol = await client.register();
    for (const title of ['first', 'second']) await add(carol, { title });
    const order = async (parameters: Parameters) =>
      (await list({ sort: 'updatedAt', ...parameters }, carol)).data;
    expect((await order({})).map(({ title }) => title)).toEqual(['second', 'first']);
    const [first] = await order({ order: 'asc' });
    await clockTick();
    await carol.request('PATCH', `/v1/transcripts/${first?.id}`, { channelName: 'New' });
    expect((await order({})).map(({ title }) => title)).toEqual(['first', 'second']);
    expect((await order({ order: 'asc' }))[0]?.title).toBe('second');
  });
});

describe('pages', () => {
  /** All rows, page by page. */
  async function walk(parameters: Parameters, limit: number): Promise<Transcript[]> {
    const rows: Transcript[] = [];
    for (let cursor: Parameters | null = {}; cursor; ) {
      const page: Page = await list({ ...parameters, limit, ...cursor });
      rows.push(...page.data);
      cursor = page.nextCursor === null ? null : { cursor: page.nextCursor };
    }
    return rows;
  }

  test.each(['createdAt', 'updatedAt', 'title', 'channelName', 'duration'])(
    'by %s are the whole, in both directions',
    async (sort) => {
      for (const order of ['asc', 'desc']) {
        const { data: whole } = await list({ sort, order });
        expect(whole).toHaveLength(4);
        for (const limit of [1, 2, 3]) expect(await walk({ sort, order }, limit)).toEqual(whole);
      }
    },
  );

  test('go on within the filters', async () => {
    const filters = { title: 'mill', metadata: '{"key":"none","op":"ne","value":1}' };
    expect((await walk(filters, 1)).map(({ title }) => title)).toEqual([WIND, MILL]);
  });

  test('go on after the longest of titles', async () => {
    const carol = await client.register();
    for (const title of ['\u0001'.repeat(500), '\u{1f980}'.repeat(500), 'z']) {
      await add(carol, { title });
    }
    const first = await list({ sort: 'title', limit: 1 }, carol);
    const second = await list({ sort: 'title', limit: 1, cursor: first.nextCursor ?? '' }, carol);
    const third = await list({ sort: 'title', limit: 1, cursor: second.nextCursor ?? '' }, carol);
    const seen = [first, second, third].flatMap(({ data }) => data.map(({ id }) => id));
    expect(new Set(seen).size).toBe(3);
    expect(third.nextCursor).toBeNull();
  });

  test('of another order or filter are refused', async () => {
    const { nextCursor } = await list({ sort: 'title', limit: 1 });
    const cursor = nextCursor ?? '';
    for (const wrong of [{}, { sort: 'title', order: 'desc' }, { sort: 'title', title: 'mill' }]) {
      expect(await ada.request('GET', urlOf({ ...wrong, cursor }))).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      });
    }
    // It is no secret, and opens nothing: it continues in the library of whoever sends it.
    const foreign = await list({ sort: 'title', cursor }, bob);
    expect(foreign.data.map(({ title }) => title)).toEqual([MILL]);
  });
});

describe('a query that makes no sense names its parameter', () => {
  const moment = 'must be a moment in the years 1 to 9999';
  test.each<[Parameters, string, string?]>([
    [{ titel: 'mill' }, 'titel', 'is not a known key'],
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(501) }, 'title'],
    [{ language: 'english' }, 'language'],
    [{ createdAfter: '294277-01-01T00:00:00Z' }, 'createdAfter'],
    [{ createdAfter: '+294277-01-01T00:00:00Z' }, 'createdAfter'],
    [{ createdBefore: '0000-12-31T23:59:59Z' }, 'createdBefore', moment],
    [{ publishedAfter: '9999-12-31T23:59:59-01:00' }, 'publishedAfter', moment],
    [{ publishedBefore: '2026-12-31T23:59:60Z' }, 'publishedBefore', moment],
    [{ publishedBefore: '2026-12-31T00:00:00+01' }, 'publishedBefore', moment],
    [{ createdAfter: 'yesterday' }, 'createdAfter'],
    [{ createdAfter: '2026-01-01' }, 'createdAfter'],
    [{ minDuration: -1 }, 'minDuration'],
    [{ minDuration: 1.5 }, 'minDuration'],
    [{ maxDuration: '2147483648' }, 'maxDuration'],
    [{ minDuration: '-1e999' }, 'minDuration'],
    [{ maxDuration: '1e999' }, 'maxDuration'],
    [{ speaker: 'x'.repeat(256) }, 'speaker'],
    [{ youtubeVideoId: 'https://vimeo.com/1' }, 'youtubeVideoId'],
    [{ sort: 'id' }, 'sort'],
    [{ order: 'up' }, 'order'],
    [{ metadata: '' }, 'metadata'],
    [{ metadata: '{' }, 'metadata', 'must be JSON'],
    [{ metadata: '5' }, 'metadata', 'must be object'],
    [{ metadata: '{"key":"a","op":"like","value":1}' }, 'metadata/op'],
    [{ metadata: '{"or":[{"key":"a","op":"gt","value":null}]}' }, 'metadata/or/0/value'],
    [{ metadata: '{"key":"a","op":"eq","value":1e999}' }, 'metadata/value'],
    [{ metadata: '{"key":"a","op":"eq","value":"\\u0000"}' }, 'metadata'],
    [{ metadata: '{"key":"\\ud800","op":"eq","value":1}' }, 'metadata'],
    [{ metadata: `${'['.repeat(4_000)}${']'.repeat(4_000)}` }, 'metadata'],
    [{ metadata: `${'{"or":['.repeat(700)}1${']}'.repeat(700)}` }, `metadata${'/or/0'.repeat(5)}`],
  ])('%j', async (parameters, at, message: string = expect.any(String)) => {
    const answer = await ada.request('GET', urlOf(parameters));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: `/querystring/${at}`, message }] },
    });
  });

  test('and text that cannot be stored is refused wherever it stands', async () => {
    for (const name of [
      'title',
      'channelName',
      'speaker',
      'youtubeVideoId',
      'metadata',
      'cursor',
    ]) {
      expect((await ada.request('GET', `/v1/transcripts?${name}=a%00b`)).status).toBe(400);
    }
  });
});

test('two values of one parameter are a mistake', async () => {
  const answer = await ada.request('GET', '/v1/transcripts?title=a&title=b');
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});
