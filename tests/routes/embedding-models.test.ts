import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createDependencies } from '../../src/dependencies.ts';
import type { SearchResponse } from '../../src/schemas/search.ts';
import { buildTestApp } from '../helpers/app.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { importSample } from '../helpers/factories.ts';
import { playModel } from '../helpers/model-server.ts';

const server = await playModel();
const SETTINGS = {
  EMBEDDING_BASE_URL: server.baseUrl,
  EMBEDDING_MODEL: 'nomic',
  EMBEDDING_QUERY_PREFIX: 'search_query: ',
  EMBEDDING_MAX_RETRIES: '0',
  EMBEDDING_QUERY_TIMEOUT_MS: '3000',
  EMBEDDING_TIMEOUT_MS: '3000',
};
const TEXT = 'Ada: The wheel stalled because the sluice was shut.\nBen: We opened it at dawn.';
/** Made once, as an app takes seconds to make. */
let known: ReturnType<typeof setUp> | undefined;
const shared = () => {
  known ??= setUp();
  return known;
};
const problem = (code: string) => expect.objectContaining({ code });

beforeEach(() => {
  server.play({});
});

/** An app with a model of 64 dimensions, and a user with one transcript. */
async function setUp(settings: NodeJS.ProcessEnv = {}) {
  const built = await buildTestApp({ ...SETTINGS, ...settings });
  const actor = await built.client.register();
  const add = (text: string) => actor.request('POST', '/v1/transcripts', { text, language: 'en' });
  expect((await add(TEXT)).status).toBe(201);
  return {
    ...built,
    ...{ actor, add },
    search: (body: object = {}) =>
      actor.request<SearchResponse>('POST', '/v1/search', { query: 'sluice', ...body }),
  };
}

describe('with a real model', () => {
  test('an import stores its vectors, and a search fuses by ranks', async () => {
    const { db, search } = await shared();
    const [stored] = await query(
      db,
      `select m.provider, m.name, m.dimensions, count(*)::integer as vectors,
         min(vector_dims(embedding)) as length
       from vector_embeddings join embedding_models m on m.id = model_id and is_active group by 1, 2, 3`,
    );
    expect(stored).toEqual({
      ...{ provider: 'openai-compatible', name: 'nomic', dimensions: 64, vectors: 1, length: 64 },
    });
    const { body } = await search();
    expect(body.mode).toBe('hybrid');
    expect(body.data[0]).toMatchObject({
      score: 1,
      scores: { lexical: {}, semantic: { rank: 1 } },
    });
    const asked = server.requests.filter((request) =>
      request.body.input?.[0]?.startsWith('search_'),
    );
    expect(asked.at(-1)?.body.input).toEqual(['search_query: sluice']);
  });

  test('the settings give the weights, and a request goes before them', async () => {
    const weights = { SEARCH_WEIGHT_LEXICAL: '0.25', SEARCH_WEIGHT_SEMANTIC: '0' };
    const { search } = await setUp(weights);
    expect((await search()).body.data[0]?.score).toBe(0.25);
    const asked = { weights: { lexical: 0.5, semantic: 0.25 } };
    expect((await search(asked)).body.data[0]?.score).toBe(0.75);
  });

  test('each mode says what was searched', async () => {
    const { search } = await shared();
    for (const mode of ['hybrid', 'lexical', 'semantic']) {
      expect((await search({ mode })).body.mode).toBe(mode);
    }
    // Stop words alone: there is nothing to compare.
    expect((await search({ query: 'the and of' })).body.mode).toBe('lexical');
  });
});

describe.each([
  ['refuses', { status: 400 }, 502, 'model_failed'],
  ['is overloaded', { status: 429 }, 503, 'model_unavailable'],
  ['breaks off', { resetAtByte: 0 }, 503, 'model_unavailable'],
  ['does not answer', { waitMs: 600_000 }, 504, 'model_timeout'],
  ['makes a zero vector', zeroVectors(), 502, 'model_failed'],
])('a model that %s', (name, reply, status, code) => {
  test('leaves a search to the words, and says so', async () => {
    const { search } = await shared();
    server.play({ embeddings: [reply] });
    const { status, body } = await search();
    expect(status).toBe(200);
    expect(body.mode).toBe('lexical');
    expect(body.data[0]?.text).toContain('sluice');
    expect(body.data.every((hit) => hit.scores.semantic === null)).toBe(true);
    server.play({});
    expect((await search()).body.mode).toBe('hybrid');
  });

  test('keeps a search of vectors alone from an answer', async () => {
    const { search } = await shared();
    server.play({ embeddings: [reply] });
    const { status, body, headers } = await search({ mode: 'semantic' });
    expect(status).toBe(503);
    expect(body).toEqual(problem('model_unavailable'));
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  test('leaves nothing of an import', async () => {
    const { db, add } = await shared();
    const count = () =>
      query(
        db,
        `select (select count(*) from transcripts)::integer as transcripts,
          (select count(*) from chunks)::integer as chunks, (select count(*) from segments)::integer as segments`,
      );
    const before = await count();
    server.play({ embeddings: [reply] });
    const failed = await add(`Cleo: She ${name}.`);
    expect(failed.status).toBe(status);
    expect(failed.body).toEqual(problem(code));
    expect(await count()).toEqual(before);
    server.play({});
    expect((await add(`Cleo: She ${name}.`)).status).toBe(201);
  });
});

function zeroVectors() {
  const embedding = Array.from({ length: 64 }, () => 0);
  return { body: JSON.stringify({ data: [{ index: 0, embedding }] }) };
}

test('a question is answered from its words when the model is down', async () => {
  const { actor } = await shared();
  server.play({ embeddings: [{ status: 503 }] });
  const { body: conversation } = await actor.request<{ id: string }>(
    'POST',
    '/v1/conversations',
    {},
  );
  const { status, body } = await actor.request<{ content: string }>(
    'POST',
    `/v1/conversations/${conversation.id}/messages`,
    { content: 'Why did the wheel stall?' },
  );
  expect(status).toBe(201);
  expect(body.content).toContain('sluice was shut');
});

test('a revision that cannot be embedded leaves the transcript as it is', async () => {
  const { actor } = await shared();
  const { body } = await actor.request<{ data: { id: string }[] }>(
    'GET',
    '/v1/transcripts?limit=1',
  );
  const url = `/v1/transcripts/${body.data[0]?.id}`;
  const before = await actor.request('GET', url);
  server.play({ embeddings: [{ status: 400 }] });
  const added = await actor.request('POST', `${url}/revisions`, { text: 'Cleo: All new.' });
  expect([added.status, added.body]).toEqual([502, problem('model_failed')]);
  const corrected = await actor.request('PATCH', `${url}/segments/0`, { text: 'All new.' });
  expect([corrected.status, corrected.body]).toEqual([502, problem('model_failed')]);
  expect((await actor.request('GET', url)).body).toEqual(before.body);
});

describe('at the start', () => {
  const start = async (settings: NodeJS.ProcessEnv, database = openTestDatabase()) => {
    const connection = await database;
    const { repositories, warnings } = await createDependencies(loadConfig(settings), connection);
    const active = await repositories.embeddingModels.getActive();
    return { connection, repositories, warnings, name: active?.name, active };
  };

  test('an empty library takes the model of the settings, and the next one of them', async () => {
    const { connection, name } = await start({});
    expect(name).toBe('hash-1024');
    const again = await start(SETTINGS, Promise.resolve(connection));
    expect(again).toMatchObject({ warnings: [], active: { name: 'nomic', dimensions: 64 } });
    const back = await start({}, Promise.resolve(connection));
    expect(back).toMatchObject({ warnings: [], name: 'hash-1024' });
  });

  test('a library with vectors keeps its model, and a warning says how to switch', async () => {
    const { connection, repositories } = await start({});
    const { id } = await repositories.users.create({ email: 'a@example.org', passwordHash: '-' });
    await importSample(connection.db, id);
    const { name, warnings } = await start(SETTINGS, Promise.resolve(connection));
    expect(name).toBe('hash-1024');
    expect(warnings).toEqual([expect.stringContaining('npm run embeddings -- --model nomic')]);
  });

  test('the endpoint is not asked when the model is known', async () => {
    const { connection } = await start(SETTINGS);
    server.play({ embeddings: [{ status: 503 }] });
    const { name, warnings } = await start(SETTINGS, Promise.resolve(connection));
    expect({ name, warnings }).toEqual({ name: 'nomic', warnings: [] });
    const asked = { ...SETTINGS, EMBEDDING_MODEL: 'another' };
    await expect(start(asked, Promise.resolve(connection))).rejects.toMatchObject({
      code: 'model_unavailable',
    });
    const told = { ...asked, EMBEDDING_DIMENSIONS: '32' };
    expect((await start(told, Promise.resolve(connection))).active?.dimensions).toBe(32);
  });

  test('an active model that the settings do not reach stops it', async () => {
    const { connection } = await shared();
    await expect(start({}, Promise.resolve(connection))).rejects.toThrow(
      /embedding model nomic .*EMBEDDING_BASE_URL/,
    );
  });

  test('the index that hashed vectors had is dropped', async () => {
    const { connection, active } = await start({});
    const index = `vector_embeddings_model_${active?.id}_index`;
    await query(
      connection.db,
      `create index ${index} on vector_embeddings using hnsw ((embedding::halfvec(1024)) halfvec_cosine_ops)
       where model_id = ${active?.id}`,
    );
    await start({}, Promise.resolve(connection));
    expect(
      await query(connection.db, `select 1 from pg_indexes where indexname = '${index}'`),
    ).toEqual([]);
  });

  test.each([
    [{ EMBEDDING_MODEL: 'nomic' }, 'EMBEDDING_MODEL needs EMBEDDING_BASE_URL'],
    [{ EMBEDDING_BASE_URL: 'http://x/v1' }, 'EMBEDDING_BASE_URL needs EMBEDDING_MODEL'],
    [{ ...SETTINGS, EMBEDDING_HEADERS: '{"a":1}' }, 'EMBEDDING_HEADERS'],
    [{ ...SETTINGS, EMBEDDING_HEADERS: '{' }, 'EMBEDDING_HEADERS'],
  ])('settings that cannot be used stop it: %j', async (settings, message) => {
    await expect(start(settings)).rejects.toThrow(message);
  });
});

test('a model whose vectors are too long for the database is refused in words', async () => {
  server.play({ dimensions: 4_001 });
  const connection = await openTestDatabase();
  await expect(createDependencies(loadConfig(SETTINGS), connection)).rejects.toThrow(
    /nomic have 4001 dimensions.*EMBEDDING_DIMENSIONS/,
  );
});
