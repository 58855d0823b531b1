import { beforeEach, describe, expect, test } from 'vitest';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { Problem } from '../../src/schemas/problem.ts';
import type { SearchResponse } from '../../src/schemas/search.ts';
import type { UsageQuota } from '../../src/schemas/usage.ts';
import { buildTestApp } from '../helpers/app.ts';
import type { Actor } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { importSample, importText } from '../helpers/factories.ts';
import { runDueJobs } from '../helpers/jobs.ts';
import { passMidnight } from '../helpers/midnight.ts';
import { storedCalls } from '../helpers/model-calls.ts';
import { playModel } from '../helpers/model-server.ts';

await passMidnight();
const server = await playModel({ chat: [{ text: 'In February [s1].' }] });
const LLM = {
  ...{ LLM_BASE_URL: server.baseUrl, LLM_MODEL: 'scripted', LLM_MAX_RETRIES: '0' },
  ...{ LLM_CONTEXT_TOKENS: '2048', LLM_MAX_OUTPUT_TOKENS: '128', LLM_CONCURRENCY: '100' },
};
const EMBEDDING = { EMBEDDING_BASE_URL: server.baseUrl, EMBEDDING_MODEL: 'nomic' };
const QUESTION = 'When did the mill stop working, and why?';
const DAY_SECONDS = 86_400;

async function start(actor: Actor): Promise<string> {
  const { body } = await actor.request<Conversation>('POST', '/v1/conversations', {});
  return `/v1/conversations/${body.id}/messages`;
}

async function ask(actor: Actor, body: object = {}, headers = {}) {
  const asked = { content: QUESTION, ...body };
  return actor.request<Problem>('POST', await start(actor), asked, headers);
}

/** So that what was asked before was asked yesterday. */
const nextDay = (db: Parameters<typeof query>[0]) =>
  query(db, `update llm_requests set created_at = created_at - interval '1 day'`);

describe('with a quota of requests', async () => {
  const { client, db } = await buildTestApp({ ...LLM, QUOTA_REQUESTS_PER_DAY: '30' });
  const ada = await client.register();
  const bob = await client.register();
  await importSample(db, ada.user.id);
  await importSample(db, bob.user.id);

  test('exactly as many of a hundred questions at once are answered', async () => {
    const before = server.requests.length;
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(ada)));
    const statuses = Object.groupBy(answers, ({ status }) => status);
    expect(statuses[201]).toHaveLength(30);
    expect(statuses[429]).toHaveLength(70);
    expect(server.requests.length - before).toBe(30);
    expect(await storedCalls(db)).toHaveLength(30);
  }, 120_000);

  test('a question over it is refused, and says when there are new ones', async () => {
    const { status, headers, body } = await ask(ada);
    const { resetsAt, ...quota } = (await ada.request<UsageQuota>('GET', '/v1/usage/quota')).body;
    expect(quota.requests).toEqual({ limit: 30, used: 30 });
    expect(quota.tokens).toMatchObject({ limit: null });
    expect(resetsAt).toMatch(/T00:00:00\.000Z$/);
    expect([status, body.code]).toEqual([429, 'quota_exceeded']);
    expect(body.detail).toContain(String(resetsAt));
    const left = (Date.parse(String(resetsAt)) - Date.now()) / 1_000;
    expect(Math.abs(Number(headers['retry-after']) - left)).toBeLessThan(60);
    expect(left).toBeLessThanOrEqual(DAY_SECONDS);
  });

  test('a stream over it does not open, and nothing is stored', async () => {
    const url = await start(ada);
    const body = { content: QUESTION };
    const answer = await ada.request('POST', url, body, { accept: 'text/event-stream' });
    expect(answer.status).toBe(429);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect((await ada.request<{ data: [] }>('GET', url)).body.data).toEqual([]);
  });

  test('clients of OpenAI’s API hear it as they know it', async () => {
    const answer = await ada.request('POST', '/v1/openai/chat/completions', {
      model: 'parley',
      messages: [{ role: 'user', content: QUESTION }],
    });
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'insufficient_quota' } } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('what needs no model goes on', async () => {
    expect((await ask(ada, { model: 'extractive' })).status).toBe(201);
    expect((await ada.request('POST', '/v1/search', { query: 'mill' })).status).toBe(200);
    const text = 'Ada: The hashed vectors cost nothing.';
    expect((await ada.request('POST', '/v1/transcripts', { text })).status).toBe(201);
  });

  test('others have their own', async () => {
    expect((await ask(bob)).status).toBe(201);
  });

  test('the next day has new ones', async () => {
    await nextDay(db);
    expect((await ask(ada)).status).toBe(201);
    const { body } = await ada.request<UsageQuota>('GET', '/v1/usage/quota');
    expect(body.requests).toEqual({ limit: 30, used: 1 });
  });
});

test('a quota of tokens is over with the call that goes over it', async () => {
  const { client, db } = await buildTestApp({ ...LLM, QUOTA_TOKENS_PER_DAY: '150' });
  const ada = await client.register();
  await importSample(db, ada.user.id);
  // 100 tokens are read each time, and 3 written.
  expect((await ask(ada)).status).toBe(201);
  expect((await ask(ada)).status).toBe(201);
  expect(await ask(ada)).toMatchObject({ status: 429, body: { code: 'quota_exceeded' } });
  const { body } = await ada.request<UsageQuota>('GET', '/v1/usage/quota');
  expect(body).toMatchObject({ tokens: { limit: 150, used: 206 }, requests: { limit: null } });
});

test('calls of as many tokens as a row can hold are added up', async () => {
  const { client, db } = await buildTestApp({ ...LLM, QUOTA_TOKENS_PER_DAY: '1000000000000' });
  const ada = await client.register();
  const most = 2_147_483_647;
  for (let call = 0; call < 2; call += 1) {
    await query(
      db,
      `with asked as (
         insert into llm_requests (user_id, provider, model, purpose, prompt_tokens, audio_ms)
         values ('${ada.user.id}', 'p', 'm', 'answer', 1, ${most}) returning id
       )
       insert into llm_responses (request_id, prompt_tokens, completion_tokens, latency_ms, cost_usd)
       select id, ${most}, ${most}, 1, 1e300 from asked`,
    );
  }
  const quota = await ada.request<UsageQuota>('GET', '/v1/usage/quota');
  expect(quota).toMatchObject({ status: 200, body: { tokens: { used: 4 * most } } });
  const usage = await ada.request<object>('GET', '/v1/usage');
  const sums = { promptTokens: 2 * most, completionTokens: 2 * most, audioMs: 2 * most };
  expect(usage).toMatchObject({ status: 200, body: { data: [{ ...sums, costUsd: 2e300 }] } });
  expect((await ask(ada)).status).toBe(201);
});

test('a quota that runs out between notes and the answer fails the answer', async () => {
  const { client, db } = await buildTestApp({ ...LLM, QUOTA_REQUESTS_PER_DAY: '2' });
  const ada = await client.register();
  const days = Array.from({ length: 500 }, (_, n) => `Ada: On day ${n} the ferry carried sheep.`);
  await importText(db, ada.user.id, days.join('\n'));
  const { status, body } = await ask(ada, { content: 'Summarise this.' });
  expect([status, body.code]).toEqual([429, 'quota_exceeded']);
  expect(await storedCalls(db)).toHaveLength(2);
});

describe('with an embedding model and a quota that is used up', async () => {
  const settings = { ...LLM, ...EMBEDDING, QUOTA_REQUESTS_PER_DAY: '1', CHUNK_WORDS: '20' };
  const built = await buildTestApp(settings);
  const { client, db, modelCalls, repositories, embeddings } = built;
  const ada = await client.register();
  const text = 'Ada: The wheel stalled because the sluice was shut.\nBen: We opened it at dawn.';
  expect((await ada.request('POST', '/v1/transcripts', { text })).status).toBe(201);
  const search = (mode: string) =>
    ada.request<SearchResponse>('POST', '/v1/search', { query: 'sluice', mode });

  beforeEach(() => modelCalls.settled());

  test('a search is made by words alone', async () => {
    const { status, body } = await search('hybrid');
    expect([status, body.mode]).toEqual([200, 'lexical']);
    expect(body.data).not.toEqual([]);
  });

  test('a search by vectors alone is refused', async () => {
    expect(await search('semantic')).toMatchObject({
      ...{ status: 429, body: { code: 'quota_exceeded' } },
    });
  });

  test('an import is refused', async () => {
    const another = { text: 'Ada: Another text.' };
    expect((await ada.request('POST', '/v1/transcripts', another)).status).toBe(429);
  });

  test('a job waits for the next day', async () => {
    const parameters = { force: true };
    const { job } = await repositories.jobs.create(ada.user.id, { type: 'embed', parameters });
    expect(await runDueJobs(built)).toBe(1);
    const waiting = await repositories.jobs.getById(ada.user.id, job.id);
    expect(waiting).toMatchObject({
      ...{ status: 'queued', errorCode: 'quota_exceeded', retryCount: 0, crashCount: 0 },
    });
    const { resetsAt } = await modelCalls.readQuota(ada.user.id);
    const resets = new Date(resetsAt).getTime();
    expect(waiting?.runAfter.getTime()).toBeGreaterThan(resets - 2_000);
    await nextDay(db);
    await query(db, `update jobs set run_after = now()`);
    await runDueJobs(built);
    await modelCalls.settled();
    const [run] = await query<{ id: string }>(db, 'select id from job_runs where attempt = 2');
    const last = (await storedCalls(db)).at(-1);
    expect(last).toMatchObject({ jobRunId: run?.id, purpose: 'embedding', finishReason: 'stop' });
  });

  test('vectors that are all made anew take as many days as they need, each made once', async () => {
    await query(db, 'delete from jobs');
    await query(db, `update llm_requests set created_at = created_at - interval '9 days'`);
    const lines = Array.from(
      { length: 800 },
      (_, n) => `Ada: On day ${n} the ferry carried sheep.`,
    );
    const large = { text: lines.join('\n') };
    expect((await ada.request('POST', '/v1/transcripts', large)).status).toBe(201);
    const [{ chunks } = { chunks: 0 }] = await query<{ chunks: number }>(
      db,
      'select count(*)::integer as chunks from chunks',
    );
    expect(chunks).toBeGreaterThan(256);
    await nextDay(db);
    server.requests.length = 0;
    const { job } = await repositories.jobs.create(ada.user.id, {
      ...{ type: 'embed', parameters: { force: true }, maxRetries: 0 },
    });
    for (let day = 1; day <= 2; day += 1) {
      await query(db, 'update jobs set run_after = now()');
      await runDueJobs(built);
      await modelCalls.settled();
      await nextDay(db);
    }
    expect(await repositories.jobs.getById(ada.user.id, job.id)).toMatchObject({
      ...{ status: 'completed', attempt: 2, retryCount: 0, errorCode: null },
    });
    const asked = server.requests.flatMap(({ body }) => (body as { input: string[] }).input);
    expect(asked).toHaveLength(chunks);
    expect(
      await query(
        db,
        `select chunk_id from vector_embeddings
         where created_at < (select created_at from jobs where id = '${job.id}')`,
      ),
    ).toEqual([]);
  });

  test('the operator has none', async () => {
    const model = await repositories.embeddingModels.getActive();
    if (!model) throw new Error('no embedding model is active');
    const asked = { texts: ['sluice'], purpose: 'document' } as const;
    const operator = { userId: null, purpose: 'embedding' } as const;
    for (let n = 0; n < 3; n += 1) {
      const made = await modelCalls.embed(embeddings.providerFor(model), operator, asked);
      expect(made).toHaveLength(1);
    }
  });
});
