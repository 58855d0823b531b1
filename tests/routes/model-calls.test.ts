import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../src/providers/scripted/script.ts';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { importSample, importText } from '../helpers/factories.ts';
import { storedCalls } from '../helpers/model-calls.ts';
import { playModel } from '../helpers/model-server.ts';

const server = await playModel();
const SETTINGS = {
  LLM_BASE_URL: server.baseUrl,
  LLM_MODEL: 'scripted',
  LLM_CONTEXT_TOKENS: '2048',
  LLM_MAX_OUTPUT_TOKENS: '128',
  LLM_MAX_RETRIES: '0',
  LLM_FIRST_TOKEN_TIMEOUT_MS: '4000',
  LLM_TIMEOUT_MS: '20000',
  MODEL_PRICES: '{"scripted":{"input":10,"output":20}}',
};
const QUESTION = 'When did the mill stop working, and why?';
const { client, db, modelCalls } = await buildTestApp(SETTINGS);
const ada = await client.register();
await importSample(db, ada.user.id);

beforeEach(() => query(db, 'delete from llm_requests'));

/** More than the model reads at once. */
const days = (what: string) =>
  Array.from({ length: 500 }, (_, n) => `Ada: On day ${n} the ferry carried ${what}.`).join('\n');

async function start(actor = ada): Promise<string> {
  const { body } = await actor.request<Conversation>('POST', '/v1/conversations', {});
  return body.id;
}

/** Asks in a new conversation. */
async function ask(reply: Reply | Reply[], content = QUESTION) {
  server.play({ chat: [reply].flat() });
  const conversation = await start();
  const url = `/v1/conversations/${conversation}/messages`;
  const { body, status } = await ada.request<Message>('POST', url, { content });
  await modelCalls.settled();
  return { status, message: body, conversation, calls: await storedCalls(db) };
}

describe('a call to a language model', () => {
  test('is stored with its tokens and its cost, linked to the answer', async () => {
    const { message, calls } = await ask({ text: 'In February 1936 [s1].' });
    expect(calls).toEqual([
      {
        id: expect.any(String),
        userId: ada.user.id,
        messageId: message.id,
        jobRunId: null,
        provider: 'openai-compatible',
        model: 'scripted',
        purpose: 'answer',
        request: null,
        estimated: expect.any(Number),
        latencyMs: expect.any(Number),
        response: null,
        promptTokens: 100,
        completionTokens: 4,
        finishReason: 'stop',
        costUsd: (100 * 10 + 4 * 20) / 1e6,
        errorCode: null,
        error: null,
      },
    ]);
    expect(calls[0]?.estimated).toBeGreaterThan(100);
  });

  test('is stored before it is sent', async () => {
    const before = server.requests.length;
    const answered = ask({ waitMs: 3_000, text: 'Yes [s1].' });
    while (server.requests.length === before) await setTimeout(5);
    const [call] = await storedCalls(db);
    expect(call).toMatchObject({ purpose: 'answer', latencyMs: null });
    const { calls } = await answered;
    expect(calls).toMatchObject([{ id: call?.id, finishReason: 'stop' }]);
  });

  test('that fails says why, in words that are not the provider’s', async () => {
    const { status, calls } = await ask({ status: 400, body: 'a secret' });
    expect(status).toBe(502);
    expect(calls).toMatchObject([
      {
        ...{ errorCode: 'model_failed', error: 'The model refused the request.' },
        ...{ finishReason: null, promptTokens: null, completionTokens: 0, costUsd: null },
      },
    ]);
  });

  test('that takes too long has run out of time', async () => {
    const { status, calls } = await ask({ steps: [{ silence: true }] });
    expect(status).toBe(504);
    expect(calls).toMatchObject([{ errorCode: 'model_timeout', finishReason: null }]);
    expect(calls[0]?.latencyMs).toBeGreaterThanOrEqual(3_900);
  });

  test('that breaks off in the middle is paid for as far as it came', async () => {
    const { status, calls } = await ask({
      steps: [{ text: 'It stopped in the winter ' }, { reset: true }],
    });
    expect(status).toBe(502);
    const [call] = calls;
    expect(call).toMatchObject({ errorCode: 'model_failed', completionTokens: 7 });
    expect(call?.promptTokens).toBe(call?.estimated);
    expect(call?.costUsd).toBeCloseTo(((call?.estimated ?? 0) * 10 + 7 * 20) / 1e6, 12);
  });

  test('that is cancelled is no failure', async () => {
    server.play({ chat: [{ steps: [{ text: 'It stopped ' }, { silence: true }] }] });
    const conversation = await start();
    const asked = ada.request<Message>('POST', `/v1/conversations/${conversation}/messages`, {
      content: QUESTION,
    });
    const streaming = await untilSome<{ id: string }>(
      `select id from messages where conversation_id = '${conversation}' and status = 'streaming'`,
    );
    await untilSome(`select id from llm_requests where message_id = '${streaming.id}'`);
    await setTimeout(50);
    await ada.request('POST', `/v1/messages/${streaming.id}/cancel`);
    await asked;
    await modelCalls.settled();
    expect(await storedCalls(db)).toMatchObject([
      { messageId: streaming.id, finishReason: 'cancelled', errorCode: null, error: null },
    ]);
  });

  test('for notes is one of several for the same answer', async () => {
    const { transcript } = await importText(db, ada.user.id, days('sheep'));
    server.play({ chat: [{ text: 'The ferry carried sheep [s1].', times: 99 }] });
    const url = `/v1/conversations/${await start()}/messages`;
    const scope = { transcriptIds: [transcript.id] };
    const { body } = await ada.request<Message>('POST', url, { content: 'Summarise this.', scope });
    const calls = await storedCalls(db);
    const purposes = calls.map(({ purpose }) => purpose);
    expect(purposes.filter((purpose) => purpose === 'notes').length).toBeGreaterThan(1);
    expect(purposes.filter((purpose) => purpose === 'answer')).toHaveLength(1);
    expect(new Set(calls.map(({ messageId }) => messageId))).toEqual(new Set([body.id]));
    expect(calls.reduce((sum, call) => sum + (call.promptTokens ?? 0), 0)).toBe(
      body.usage?.promptTokens,
    );
    await ada.request('DELETE', `/v1/transcripts/${transcript.id}`);
  });

  test('that one of its siblings ended was cancelled', async () => {
    const { transcript } = await importText(db, ada.user.id, days('goats'));
    // The last of the three that are sent at once fails; the others are under way by then.
    const before = server.requests.length;
    server.play(() =>
      server.requests.length - before === 3 ? { status: 400 } : { waitMs: 600_000 },
    );
    const url = `/v1/conversations/${await start()}/messages`;
    const scope = { transcriptIds: [transcript.id] };
    await ada.request<Message>('POST', url, { content: 'Summarise this.', scope });
    await modelCalls.settled();
    const ends = (await storedCalls(db)).map((call) => call.errorCode ?? call.finishReason);
    expect(ends.toSorted()).toEqual(['cancelled', 'cancelled', 'model_failed']);
    await ada.request('DELETE', `/v1/transcripts/${transcript.id}`);
  });

  test('as OpenAI’s clients ask belongs to no message', async () => {
    server.play({ chat: [{ text: 'In February [s1].' }] });
    await ada.request('POST', '/v1/openai/chat/completions', {
      model: 'parley',
      messages: [{ role: 'user', content: QUESTION }],
    });
    expect(await storedCalls(db)).toMatchObject([
      { userId: ada.user.id, purpose: 'answer', messageId: null, finishReason: 'stop' },
    ]);
  });

  test('that could not be stored is not sent', async () => {
    await query(db, 'alter table llm_requests rename to hidden');
    const before = server.requests.length;
    try {
      const url = `/v1/conversations/${await start()}/messages`;
      const { status } = await ada.request('POST', url, { content: QUESTION });
      expect(status).toBe(500);
      expect(server.requests.length).toBe(before);
    } finally {
      await query(db, 'alter table hidden rename to llm_requests');
    }
  });

  test('whose end cannot be stored is answered all the same', async () => {
    const reported: string[] = [];
    modelCalls.reportTo((_err, message) => reported.push(message));
    await query(db, 'alter table llm_responses rename to hidden');
    try {
      server.play({ chat: [{ text: 'In February [s1].' }] });
      const url = `/v1/conversations/${await start()}/messages`;
      const { body } = await ada.request<Message>('POST', url, { content: QUESTION });
      expect(body).toMatchObject({ status: 'complete', content: 'In February [1].' });
      expect(reported).toEqual(['the end of a model call was not stored']);
    } finally {
      await query(db, 'alter table hidden rename to llm_responses');
    }
    const { body } = await ada.request<{ data: object[] }>('GET', '/v1/usage');
    expect(body.data).toMatchObject([{ requests: 1, unfinished: 1, failed: 0 }]);
  });

  test('answers that quote are no calls', async () => {
    const url = `/v1/conversations/${await start()}/messages`;
    await ada.request('POST', url, { content: QUESTION, model: 'extractive' });
    expect(await storedCalls(db)).toEqual([]);
  });
});

describe('what was said', () => {
  test('is not stored, unless that is wanted', async () => {
    const { calls } = await ask({ text: 'In February [s1].' });
    expect(calls).toMatchObject([{ request: null, response: null }]);
  });

  test('goes with its conversation, and the count stays', async () => {
    const kept = await buildTestApp({ ...SETTINGS, STORE_PROMPTS: 'true' });
    const bob = await kept.client.register();
    await importSample(kept.db, bob.user.id);
    server.play({ chat: [{ text: 'In \u0000 February [s1].' }] });
    const conversation = await start(bob);
    const url = `/v1/conversations/${conversation}/messages`;
    await bob.request('POST', url, { content: QUESTION });
    const [call] = await storedCalls(kept.db);
    expect(call?.request?.messages.at(-1)?.content).toContain(QUESTION);
    expect(call?.request?.maxTokens).toBeGreaterThan(0);
    expect(call?.response).toEqual({ content: 'In \u{fffd} February [s1].' });
    await bob.request('DELETE', `/v1/conversations/${conversation}`);
    const { data } = (await bob.request<{ data: object[] }>('GET', '/v1/usage')).body;
    expect(data).toMatchObject([{ purpose: 'answer', requests: 1, promptTokens: 100 }]);
    expect(await storedCalls(kept.db)).toMatchObject([
      { id: call?.id, messageId: null, request: null, response: null, promptTokens: 100 },
    ]);
  });

  test('is not stored where nothing would take it away again', async () => {
    const kept = await buildTestApp({ ...SETTINGS, STORE_PROMPTS: 'true' });
    const bob = await kept.client.register();
    await importSample(kept.db, bob.user.id);
    server.play({ chat: [{ text: 'In February [s1].' }] });
    await bob.request('POST', '/v1/openai/chat/completions', {
      model: 'parley',
      messages: [{ role: 'user', content: QUESTION }],
    });
    expect(await storedCalls(kept.db)).toMatchObject([{ request: null, response: null }]);
  });

  test('of a transcript goes with it, from every prompt of an answer since it was there', async () => {
    const kept = await buildTestApp({ ...SETTINGS, STORE_PROMPTS: 'true' });
    const [bob, eve] = [await kept.client.register(), await kept.client.register()];
    for (const { user } of [bob, eve]) await importSample(kept.db, user.id);
    server.play({ chat: [{ text: 'In February [s1].', times: 9 }] });
    const askAs = async (actor: typeof bob) => {
      const url = `/v1/conversations/${await start(actor)}/messages`;
      return (await actor.request<Message>('POST', url, { content: QUESTION })).body;
    };
    const before = await askAs(bob);
    const { transcript } = await importText(kept.db, bob.user.id, 'Ada: The mill stopped at dawn.');
    const after = [await askAs(bob), await askAs(bob)];
    const theirs = await askAs(eve);
    await kept.modelCalls.settled();
    const told = async () => {
      const calls = await storedCalls(kept.db);
      return calls.filter(({ request, response }) => request && response).map((c) => c.messageId);
    };
    expect((await told()).toSorted()).toEqual(
      [before, ...after, theirs].map((m) => m.id).toSorted(),
    );
    await bob.request('DELETE', `/v1/transcripts/${transcript.id}`);
    expect((await told()).toSorted()).toEqual([before.id, theirs.id].toSorted());
    const calls = await storedCalls(kept.db);
    expect(calls.filter(({ request, response }) => request || response)).toHaveLength(2);
    expect(calls.map(({ promptTokens }) => promptTokens)).toEqual([100, 100, 100, 100]);
    expect(JSON.stringify(calls)).not.toContain('stopped at dawn');
  });

  test('of a transcript that is deleted while an answer is made is not stored', async () => {
    const kept = await buildTestApp({ ...SETTINGS, STORE_PROMPTS: 'true' });
    const bob = await kept.client.register();
    const { transcript } = await importText(kept.db, bob.user.id, days('a secret'));
    // The notes have been read before; what is told of them comes after.
    server.play({ chat: [{ waitMs: 300, text: 'The ferry carried a secret [s1].', times: 99 }] });
    const url = `/v1/conversations/${await start(bob)}/messages`;
    const scope = { transcriptIds: [transcript.id] };
    const asked = bob.request<Message>('POST', url, { content: 'Summarise this.', scope });
    let begun = 0;
    for (; begun === 0; await setTimeout(5)) begun = (await storedCalls(kept.db)).length;
    await bob.request('DELETE', `/v1/transcripts/${transcript.id}`);
    await asked;
    await kept.modelCalls.settled();
    const calls = await storedCalls(kept.db);
    expect(calls.length).toBeGreaterThan(begun);
    expect(calls.filter(({ request, response }) => request || response)).toEqual([]);
  });

  test('of a conversation that is deleted while a model writes is not stored', async () => {
    const kept = await buildTestApp({ ...SETTINGS, STORE_PROMPTS: 'true' });
    const bob = await kept.client.register();
    await importSample(kept.db, bob.user.id);
    server.play({ chat: [{ steps: [{ text: 'A secret ' }, { silence: true }] }] });
    const conversation = await start(bob);
    const asked = bob.request('POST', `/v1/conversations/${conversation}/messages`, {
      content: QUESTION,
    });
    while ((await storedCalls(kept.db)).length === 0) await setTimeout(5);
    await bob.request('DELETE', `/v1/conversations/${conversation}`);
    await asked;
    await kept.modelCalls.settled();
    const calls = await storedCalls(kept.db);
    expect(calls).toMatchObject([{ messageId: null, request: null, response: null }]);
    expect(calls[0]?.latencyMs).not.toBeNull();
  });
});

describe('a call to an embedding model', async () => {
  const embedding = { EMBEDDING_BASE_URL: server.baseUrl, EMBEDDING_MODEL: 'nomic' };
  const limits = { EMBEDDING_MAX_RETRIES: '0', EMBEDDING_QUERY_TIMEOUT_MS: '20000' };
  const built = await buildTestApp({ ...SETTINGS, ...embedding, ...limits });
  const bob = await built.client.register();
  const text = 'Ada: The wheel stalled because the sluice was shut.\nBen: We opened it at dawn.';

  beforeEach(async () => {
    await built.modelCalls.settled();
    server.play({});
  });

  /** The calls of some work, once they are all stored. */
  async function callsOf(work: () => Promise<unknown>) {
    await query(built.db, 'delete from llm_requests');
    await work();
    await built.modelCalls.settled();
    return storedCalls(built.db);
  }

  test('for the length of its vectors is the operator’s', async () => {
    const { db } = await buildTestApp({ ...embedding, ...limits });
    expect(await storedCalls(db)).toMatchObject([
      { userId: null, purpose: 'measurement', model: 'nomic', finishReason: 'stop' },
    ]);
  });

  test('is stored for an import', async () => {
    const calls = await callsOf(() => bob.request('POST', '/v1/transcripts', { text }));
    expect(calls).toMatchObject([
      {
        ...{ userId: bob.user.id, purpose: 'embedding', provider: 'openai-compatible' },
        ...{ model: 'nomic', messageId: null, promptTokens: 1, completionTokens: 0 },
        ...{ finishReason: 'stop', errorCode: null, costUsd: null, request: null },
      },
    ]);
  });

  test('is stored for a search', async () => {
    const calls = await callsOf(() => bob.request('POST', '/v1/search', { query: 'sluice' }));
    expect(calls).toMatchObject([{ purpose: 'question-embedding', messageId: null }]);
  });

  test('is stored for a question, with its answer', async () => {
    const url = `/v1/conversations/${await start(bob)}/messages`;
    let id = '';
    const calls = await callsOf(async () => {
      id = (await bob.request<Message>('POST', url, { content: QUESTION })).body.id;
    });
    expect(calls).toMatchObject([
      { purpose: 'question-embedding', messageId: id, model: 'nomic' },
      { purpose: 'answer', messageId: id, model: 'scripted' },
    ]);
  });

  test('is stored as OpenAI’s clients ask', async () => {
    const body = { model: 'parley', input: ['one', 'two'] };
    const calls = await callsOf(() => bob.request('POST', '/v1/openai/embeddings', body));
    expect(calls).toMatchObject([{ purpose: 'embedding', userId: bob.user.id, promptTokens: 2 }]);
  });

  test('that fails is stored as well', async () => {
    server.play({ embeddings: [{ status: 400 }] });
    const calls = await callsOf(() => bob.request('POST', '/v1/search', { query: 'sluice' }));
    expect(calls).toMatchObject([{ errorCode: 'model_failed', promptTokens: null }]);
  });
});

async function untilSome<Row>(statement: string): Promise<Row> {
  for (;;) {
    const [row] = await query<Row>(db, statement);
    if (row) return row;
    await setTimeout(5);
  }
}

describe('a call to a model that hears', async () => {
  const built = await buildTestApp({
    ...{ STT_BASE_URL: server.baseUrl, STT_MODEL: 'whisper', STT_MAX_RETRIES: '0' },
    MODEL_PRICES: '{"whisper":{"minute":0.5}}',
  });
  const bob = await built.client.register();
  const speech = { bytes: new Uint8Array(9), name: 'talk.wav', mediaType: 'audio/wav' };

  async function hear(durationMs: number | null = 90_000) {
    const { speechToText, modelCalls } = built;
    if (!speechToText) throw new Error('nothing hears');
    const caller = { userId: bob.user.id, purpose: 'transcription' } as const;
    const { signal } = new AbortController();
    await query(built.db, 'delete from llm_requests');
    const asked = { ...speech, durationMs };
    const heard = modelCalls.transcribe(speechToText, caller, asked, { model: 'whisper', signal });
    await heard.catch(() => {});
    return storedCalls(built.db);
  }

  test('is stored with the length of the recording, which it is paid by', async () => {
    server.play({});
    expect(await hear()).toMatchObject([
      { purpose: 'transcription', model: 'whisper', finishReason: 'stop', errorCode: null },
    ]);
    const { body } = await bob.request<{ data: object[] }>('GET', '/v1/usage');
    expect(body.data).toMatchObject([{ requests: 1, audioMs: 90_000, costUsd: 0.75, unpriced: 0 }]);
  });

  test.each([
    ['the answer says', '{"text":"a","duration":60.5,"segments":[]}', 60_500, 60.5 / 120, 0],
    ['the answer says in words', '{"text":"a","duration":"30.0"}', 30_000, 0.25, 0],
    [
      'the last segment ends',
      '{"text":"a b","segments":[{"start":0,"end":1,"text":"a"},{"start":2,"end":12,"text":"b"}]}',
      ...([12_000, 0.1, 0] as const),
    ],
    ['nobody says', '{"text":"a"}', 0, 0, 1],
  ])(
    'of a recording is paid by the length that %s',
    async (_, body, audioMs, costUsd, unpriced) => {
      server.play({ transcriptions: [{ body }] });
      const [call] = await hear(null);
      expect(call).toMatchObject({ errorCode: null, costUsd: unpriced === 1 ? null : costUsd });
      const usage = await bob.request<{ data: object[] }>('GET', '/v1/usage');
      expect(usage.body.data).toMatchObject([{ requests: 1, audioMs, costUsd, unpriced }]);
    },
  );

  test('that was cancelled is none that has no price', async () => {
    server.play({});
    await hear();
    await query(
      built.db,
      `update llm_responses set finish_reason = 'cancelled', cost_usd = null, prompt_tokens = null`,
    );
    const { body } = await bob.request<{ data: object[] }>('GET', '/v1/usage');
    expect(body.data).toMatchObject([{ requests: 1, unpriced: 0, failed: 0, unfinished: 0 }]);
  });

  test('that fails is stored as well', async () => {
    server.play({ transcriptions: [{ status: 400 }] });
    expect(await hear()).toMatchObject([{ errorCode: 'model_failed', costUsd: null }]);
  });
});
