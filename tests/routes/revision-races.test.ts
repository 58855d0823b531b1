import { beforeEach, expect, test } from 'vitest';
import type { EmbeddingProvider } from '../../src/providers/embeddings.ts';
import { createHashEmbeddings } from '../../src/providers/hash-embeddings.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import type { Page, Revised } from './revising.ts';

const hash = createHashEmbeddings();
/** What happens once while chunks are embedded, which is before the lock of the transcript. */
let meanwhile: (() => Promise<void>) | undefined;
const provider: EmbeddingProvider = {
  ...hash,
  async embed(...request) {
    const work = meanwhile;
    meanwhile = undefined;
    await work?.();
    return hash.embed(...request);
  },
};
const embeddings = { providerFor: () => provider };
const { client } = await buildTestApp({ CHUNK_WORDS: '20' }, { embeddings });
beforeEach(() => {
  meanwhile = undefined;
});

/** Twelve segments of five words in as many seconds, each of which says its number. */
const version = (name: string) =>
  Array.from({ length: 12 }, (_, index) => ({
    startMs: index * 1_000,
    endMs: index * 1_000 + 1_000,
    speaker: null,
    text: `${name} says number ${index} here`,
    words: null,
    confidence: null,
  }));

async function setUp() {
  const actor = await client.register();
  const imported = await actor.request<{ transcript: Transcript }>('POST', '/v1/transcripts', {
    segments: version('Ada'),
    language: 'en',
  });
  expect(imported.status).toBe(201);
  const url = `/v1/transcripts/${imported.body.transcript.id}`;
  const list = async <Row>(of: string) =>
    (await actor.request<Page<Row>>('GET', `${url}/${of}?limit=100`)).body.data;
  return {
    actor,
    url,
    list,
    add: (name: string, activate = true) =>
      actor.request<Revised>('POST', `${url}/revisions`, { segments: version(name), activate }),
    activate: (number: number) => actor.request('POST', `${url}/revisions/${number}/activate`),
    correct: (position: number, text: string) =>
      actor.request('PATCH', `${url}/segments/${position}`, { text }),
  };
}

test('a correction keeps no chunk that others made anew while it was prepared', async () => {
  const mill = await setUp();
  await mill.add('Bob');
  await mill.activate(1);
  meanwhile = async () => {
    // The first version is the current one again, but is cut elsewhere.
    const chapters = [0, 2_000, 5_000].map((startMs) => ({ startMs, title: 'Chapter' }));
    await mill.actor.request('PATCH', mill.url, { chapters });
    expect((await mill.activate(2)).status).toBe(200);
    expect((await mill.activate(1)).status).toBe(200);
  };
  expect((await mill.correct(11, 'Ada says it at last')).status).toBe(200);
  const chunks = await mill.list<{ chunkText: string }>('chunks');
  const segments = await mill.list<{ text: string }>('segments');
  expect(chunks.map(({ chunkText }) => chunkText).join(' ')).toBe(
    segments.map(({ text }) => text).join(' '),
  );
  expect(segments.at(-1)?.text).toBe('Ada says it at last');
});

test('a correction is a conflict when another version came while it was prepared', async () => {
  const mill = await setUp();
  meanwhile = async () => {
    expect((await mill.add('Bob')).status).toBe(201);
  };
  const { status, body } = await mill.correct(11, 'Ada says it at last');
  expect([status, body]).toMatchObject([409, { code: 'revision_conflict' }]);
  expect((await mill.list<{ text: string }>('segments'))[11]?.text).toBe('Bob says number 11 here');
});

test.each([
  ['and is made the current one', true],
  ['and is not made the current one', false],
])('a version that comes in twice at once %s is stored once', async (_, activate) => {
  const mill = await setUp();
  const added = await Promise.all([mill.add('Bob', activate), mill.add('Bob', activate)]);
  expect(added.map(({ status }) => status).toSorted()).toEqual([200, 201]);
  expect(added.map(({ body }) => body.revision.number)).toEqual([2, 2]);
  expect(await mill.list('revisions')).toHaveLength(2);
  const [first] = await mill.list<{ text: string }>('segments');
  expect(first?.text).toBe(`${activate ? 'Bob' : 'Ada'} says number 0 here`);
});

test('a version that came in while the same one was prepared is stored once', async () => {
  const mill = await setUp();
  meanwhile = async () => {
    expect((await mill.add('Bob')).status).toBe(201);
  };
  const { status, body } = await mill.add('Bob');
  expect([status, body.revision.number]).toEqual([200, 2]);
  expect(body.transcript.currentRevisionId).toBe(body.revision.id);
  expect(await mill.list('revisions')).toHaveLength(2);
});
