import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { switchEmbeddings } from '../../src/library/switch-embeddings.ts';
import { createConfiguredEmbeddings } from '../../src/providers/configured-embeddings.ts';
import type { Embeddings } from '../../src/providers/embeddings.ts';
import type { SearchResponse } from '../../src/schemas/search.ts';
import { buildTestApp } from '../helpers/app.ts';
import { onPostgres, query, type TestDatabase } from '../helpers/database.ts';
import { playModel } from '../helpers/model-server.ts';

const HASH = { provider: 'hash', name: 'hash-1024', dimensions: 1_024 };
const SMALL = { provider: 'openai-compatible', name: 'small', dimensions: 64 };
const server = await playModel();
const configured = createConfiguredEmbeddings({
  baseUrl: server.baseUrl,
  model: 'small',
  ...{ queryPrefix: '', documentPrefix: '', batch: 8, concurrency: 2, maxRetries: 0 },
  ...{ queryTimeoutMs: 60_000, documentTimeoutMs: 60_000 },
});
/** What happens once, after something was embedded and before it is used. */
let meanwhile: (() => Promise<unknown>) | undefined;
const embeddings: Embeddings = {
  providerFor(model) {
    const provider = configured.providerFor(model);
    return {
      ...provider,
      async embed(...request) {
        const vectors = await provider.embed(...request);
        const work = meanwhile;
        meanwhile = undefined;
        await work?.();
        return vectors;
      },
    };
  },
};
const { db, repositories, client, connection, modelCalls } = await buildTestApp(
  { CHUNK_WORDS: '20' },
  { embeddings },
);
let actor: Awaited<ReturnType<typeof client.register>>;
beforeEach(async () => {
  server.play({});
  meanwhile = undefined;
  await query(db, 'delete from users');
  await repositories.embeddingModels.activate(HASH);
  for (const { id, isActive } of await repositories.embeddingModels.list()) {
    if (!isActive) await repositories.embeddingModels.delete(id);
  }
  actor = await client.register();
  expect((await add('Ada')).status).toBe(201);
});

const sayings = (name: string) =>
  Array.from({ length: 12 }, (_, day) => `${name} says that the mill stood still on day ${day}.`);
const add = (name: string) => {
  const text = sayings(name).join(' ');
  return actor.request<{ transcript: { id: string } }>('POST', '/v1/transcripts', {
    ...{ text, language: 'en' },
  });
};
const search = (mode: string) =>
  actor.request<SearchResponse>('POST', '/v1/search', { query: 'mill day 7', mode, limit: 5 });
const switchTo = (model: typeof HASH, options = {}) =>
  switchEmbeddings(db, { embeddings: configured, modelCalls }, model, options);

/** Chunks without a vector of the active model, and vectors that are not as long as their model's. */
async function state() {
  const [row] = await query<{ active: string; missing: number; mixed: number }>(
    db,
    `select m.name as active,
       (select count(*) from chunks where not exists (select from vector_embeddings
          where chunk_id = chunks.id and model_id = m.id))::integer as missing,
       (select count(*) from vector_embeddings v join embedding_models o on o.id = v.model_id
          where vector_dims(v.embedding) <> o.dimensions)::integer as mixed
     from embedding_models m where m.is_active`,
  );
  return row;
}

/** All that was found was compared: nothing had to be filled in. */
function expectCompared({ status, body }: Awaited<ReturnType<typeof search>>) {
  expect(status).toBe(200);
  expect(body.mode).toBe('semantic');
  expect(body.data.filter((hit) => hit.scores.semantic !== null)).toHaveLength(5);
}

test('another model is filled beside the active one, and takes its place', async () => {
  const seen: { done: number; total: number }[] = [];
  const onProgress = (progress: { done: number; total: number }) => seen.push(progress);
  const { model, added, removed } = await switchTo(SMALL, { onProgress });
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
  expect(seen.at(0)).toEqual({ done: 0, total: added });
  expect(seen.at(-1)).toEqual({ done: added, total: added });
  expect(removed).toEqual([]);
  const indexes = `select indexname as name from pg_indexes where indexname ~ '_model_[0-9]+_index$'`;
  expect(await query(db, indexes)).toEqual([{ name: `vector_embeddings_model_${model.id}_index` }]);
  expectCompared(await search('semantic'));

  // The old vectors have stayed: the way back needs only what was imported since.
  await add('Ben');
  const back = await switchTo(HASH, { removeOld: true });
  expect(back).toMatchObject({ added: added, removed: ['small'] });
  expect(await state()).toEqual({ active: 'hash-1024', missing: 0, mixed: 0 });
  expect((await repositories.embeddingModels.list()).map(({ name }) => name)).toEqual([
    'hash-1024',
  ]);
  expect(await repositories.embeddings.count(model.id)).toBe(0);
  expect(await query(db, indexes)).toEqual([]);
  expectCompared(await search('semantic'));
});

test('what a killed process left of an index is built anew', async () => {
  const { id } = await repositories.embeddingModels.create(SMALL);
  const name = `vector_embeddings_model_${id}_index`;
  await query(
    db,
    `create index ${name} on vector_embeddings using hnsw ((embedding::halfvec(64)) halfvec_cosine_ops)
     where model_id = ${id}`,
  );
  await query(db, `update pg_index set indisvalid = false where indexrelid = '${name}'::regclass`);
  await switchTo(SMALL);
  expect(
    await query(
      db,
      `select indisvalid as valid from pg_index where indexrelid = '${name}'::regclass`,
    ),
  ).toEqual([{ valid: true }]);
});

test('a model whose vectors have become longer is another one', async () => {
  await switchTo(SMALL);
  server.play({ dimensions: 32 });
  expect((await search('hybrid')).body.mode).toBe('lexical');
  expect((await add('Ben')).status).toBe(502);
  await switchTo({ ...SMALL, dimensions: 32 });
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
  expectCompared(await search('semantic'));
  expect((await add('Ben')).status).toBe(201);
});

test('a provider that answers again is waited for', async () => {
  const total = await repositories.embeddingFill.countChunks();
  server.play({ embeddings: [{ status: 503, headers: { 'retry-after': '1' }, times: 2 }, {}] });
  expect((await switchTo(SMALL, { waitMs: 1 })).added).toBe(total);
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
});

test('a provider that fails leaves the active model as it is, and what was filled', async () => {
  for (const name of ['Ben', 'Cleo', 'Dora']) await add(name);
  const total = await repositories.embeddingFill.countChunks();
  server.play({ embeddings: [{ status: 400 }] });
  await expect(switchTo(SMALL)).rejects.toMatchObject({ code: 'model_failed' });
  expect(await state()).toEqual({ active: 'hash-1024', missing: 0, mixed: 0 });
  expectCompared(await search('semantic'));
  server.play({});
  expect((await switchTo(SMALL)).added).toBe(total);
});

test('an import that was embedded before a switch is embedded again', async () => {
  meanwhile = () => switchTo(SMALL);
  expect((await add('Ben')).status).toBe(201);
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
});

test('a revision that was embedded before a switch is embedded again', async () => {
  const { transcript } = (await add('Ben')).body;
  meanwhile = () => switchTo(SMALL);
  const text = sayings('Cleo').join(' ');
  const revised = await actor.request('POST', `/v1/transcripts/${transcript.id}/revisions`, {
    text,
  });
  expect(revised.status).toBe(201);
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
});

test('a question that was embedded before a switch is embedded again', async () => {
  meanwhile = () => switchTo(SMALL, { removeOld: true });
  expectCompared(await search('semantic'));
  expect(await state()).toMatchObject({ active: 'small' });
});

test('what was imported while the rest was filled is filled before the switch', async () => {
  let imported = 0;
  const onStep = async (step: string) => {
    if (step !== 'index' || imported > 1) return;
    imported += 1;
    await add(`Ben ${imported}`);
  };
  // A step is told and not waited for: the import goes on meanwhile.
  const steps: Promise<void>[] = [];
  await switchTo(SMALL, { onStep: (step: string) => steps.push(onStep(step)) });
  await Promise.all(steps);
  expect(await state()).toEqual({ active: 'small', missing: 0, mixed: 0 });
});

test.skipIf(!onPostgres)(
  'imports and searches go on while models are switched',
  async () => {
    const database: TestDatabase = connection;
    const other = await openPostgres(database.url ?? '', {
      statementTimeoutMs: 0,
      lockTimeoutMs: 0,
    });
    const models = [SMALL, HASH, SMALL, HASH];
    let over = false;
    let imports = 0;
    let searches = 0;
    const importing = async (name: string) => {
      for (let index = 0; !over; index += 1) {
        expect((await add(`${name} ${index}`)).status).toBe(201);
        imports += 1;
      }
    };
    const searching = async (mode: string) => {
      while (!over) {
        const { status, body } = await search(mode);
        expect([status, body.mode]).toEqual([200, mode]);
        expect(body.data.every((hit) => hit.scores.semantic !== null)).toBe(true);
        searches += 1;
      }
    };
    const switching = async () => {
      try {
        for (const model of models) {
          await switchEmbeddings(other.db, { embeddings: configured, modelCalls }, model, {
            removeOld: true,
          });
          expect(await state()).toMatchObject({ missing: 0, mixed: 0 });
        }
        while (!over && Math.min(imports, searches) <= 3) await setTimeout(20);
      } finally {
        over = true;
      }
    };
    await Promise.all([
      switching(),
      ...[importing('Ben'), importing('Cleo'), searching('semantic')],
    ]).finally(() => {
      over = true;
    });
    await other.close();
    expect(await state()).toEqual({ active: 'hash-1024', missing: 0, mixed: 0 });
    expect(Math.min(imports, searches)).toBeGreaterThan(3);
  },
  120_000,
);
