import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { importText } from '../helpers/factories.ts';
import { readChunks } from '../helpers/openapi.ts';
import { listen, QUESTION } from './openai-listening.ts';

const parley = await listen();
const { openai, says, state, ada, baseURL, client, db } = parley;
const eve = await client.register();
const { transcript: foreign } = await importText(db, eve.user.id, 'Nobody else may read this.');

const create = (more: object) =>
  openai.chat.completions.create({ model: 'parley', messages: QUESTION, ...more });
const failure = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => expect.fail('it was answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenAI.APIError)) return expect.fail(String(error));
  return error;
};

test.each([
  ['n', { n: 2 }],
  ['logprobs', { logprobs: true }],
  ['store', { store: true }],
  ['tool_choice', { tool_choice: 'required' }],
  ['response_format.type', { response_format: { type: 'json_object' } }],
  ['modalities[0]', { modalities: ['audio'] }],
  ['audio', { audio: { voice: 'alloy', format: 'mp3' } }],
  ['temperature', { temperature: 3 }],
  ['max_tokens', { max_tokens: 0 }],
  ['stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['invented', { invented: 1 }],
  ['messages', { messages: [] }],
  ['messages', { messages: [{ role: 'assistant', content: 'Hello.' }] }],
  ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
  [
    'messages[0].content[0].text',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
  ],
  ['messages[0].content', { messages: [{ role: 'user', content: 'x'.repeat(8_001) }] }],
  ['metadata.scope', { metadata: { scope: 'everything' } }],
  ['metadata.scope.transcriptId', { metadata: { scope: '{"transcriptId":"x"}' } }],
  ['metadata.topic', { metadata: { topic: 'mills' } }],
])('%s that cannot be done is refused by its name', async (param, more) => {
  const asked = state.asked.length;
  const error = await failure(create(more));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({
    status: 400,
    code: 'validation_failed',
    type: 'invalid_request_error',
    param,
    requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(error.message).toContain(`${param}: `);
  expect(state.asked).toHaveLength(asked);
});

test('models that are somebody else’s are like those that never were', async () => {
  const seen = new Set<string>();
  const { transcript } = parley;
  for (const model of [
    `parley:${foreign.id}`,
    `parley:${foreign.id.toUpperCase()}`,
    `parley:${randomUUID()}`,
    `parley:${transcript.id},${foreign.id}`,
    'parley:youtube:xxxxxxxxxxx',
    'parley:',
    'parley:%00',
    'gpt-4o',
  ]) {
    for (const stream of [false, true]) {
      const { status, code, type, param, message } = await failure(create({ model, stream }));
      expect({ status, code, type, param }).toEqual({
        status: 404,
        code: 'model_not_found',
        type: 'invalid_request_error',
        param: 'model',
      });
      seen.add(message);
    }
  }
  expect(seen.size).toBe(1);
});

test('so are ids in the metadata', async () => {
  for (const id of [foreign.id, randomUUID()]) {
    for (const scope of [{ transcriptIds: [id] }, JSON.stringify({ transcriptIds: [id] })]) {
      expect(await failure(create({ metadata: { scope } }))).toMatchObject({
        status: 404,
        code: 'not_found',
        param: 'metadata.scope',
      });
    }
  }
  const both = { model: `parley:${parley.transcript.id}` };
  const scope = { transcriptIds: [parley.transcript.id] };
  expect(await failure(create({ ...both, metadata: { scope } }))).toMatchObject({ status: 400 });
  expect(await failure(create({ metadata: { model: 'gpt-4o' } }))).toMatchObject({
    status: 422,
    code: 'unknown_model',
  });
});

test('credentials that are not good, or not for this, are OpenAI’s errors too', async () => {
  const stranger = new OpenAI({ apiKey: 'garbage', baseURL, maxRetries: 0 });
  const error = await failure(stranger.models.list());
  expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(error).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' });
  const { token } = await ada.byApiKey('write');
  const writer = new OpenAI({ apiKey: token, baseURL, maxRetries: 0 });
  expect(await failure(writer.models.list())).toMatchObject({ status: 403, code: 'forbidden' });
});

test.each([
  ['a path that is none', 'GET', '/v1/openai/nothing', undefined, 404, 'not_found'],
  ['the root', 'GET', '/v1/openai', undefined, 404, 'not_found'],
  ['another method', 'GET', '/v1/openai/chat/completions', undefined, 404, 'not_found'],
  ['a URL that is none', 'GET', '/v1/openai/models/%ff', undefined, 400, 'malformed_request'],
  ['half of a body', 'POST', '/v1/openai/chat/completions', '{"model":', 400, 'malformed_request'],
  ['too much', 'POST', '/v1/openai/embeddings', `"${'x'.repeat(2e6)}"`, 413, 'body_too_large'],
])('%s is answered as OpenAI would', async (_, method, url, body, status, code) => {
  const type = { 'content-type': 'application/json' };
  const answer = await ada.request(method, url, body, body ? type : {});
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.body).toEqual({
    error: expect.objectContaining({ code, type: 'invalid_request_error' }),
  });
});

test('a path that only begins alike is answered as everywhere', async () => {
  for (const url of ['/v1/openai2', '/v1/openaix/models']) {
    expect((await ada.request(`GET`, url)).body).toMatchObject({ code: 'not_found', status: 404 });
  }
});

test('too many requests are told when to come again', async () => {
  const busy = await listen({ RATE_LIMIT_MAX: '3' });
  for (let call = 0; call < 3; call += 1) await busy.openai.models.list();
  const error = await failure(busy.openai.models.list());
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(error).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' });
  expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
});

test('what goes wrong before the first word has its status; a fault of ours reveals nothing', async () => {
  state.script = async function* () {
    yield* [];
    throw new AppError('model_unavailable', undefined, { retryAfterSeconds: 3 });
  };
  for (const stream of [false, true]) {
    const error = await failure(create({ stream }));
    expect(error).toMatchObject({ status: 503, code: 'model_unavailable', type: 'server_error' });
    expect(error.headers?.get('retry-after')).toBe('3');
  }
  state.script = async function* () {
    yield 'The ';
    throw new Error('the key sk-123 was refused by http://10.0.0.1');
  };
  const fault = await failure(create({}));
  expect(fault).toMatchObject({ status: 500, code: 'internal', type: 'server_error' });
  expect(JSON.stringify(fault.error)).not.toContain('sk-123');
});

test('a stream that breaks off ends with the error, which the client throws', async () => {
  state.script = async function* () {
    yield 'The wheel ';
    throw new Error('the key sk-123 was refused by http://10.0.0.1');
  };
  let content = '';
  const read = async () => {
    const params = { model: 'parley', messages: QUESTION, stream: true } as const;
    for await (const { choices } of await openai.chat.completions.create(params)) {
      content += choices[0]?.delta.content ?? '';
    }
  };
  expect(await failure(read())).toMatchObject({ code: 'internal', type: 'server_error' });
  expect(content).toBe('The wheel ');

  const body = { model: 'parley', messages: QUESTION, stream: true };
  const { text } = await ada.request('POST', '/v1/openai/chat/completions', body);
  expect(text).not.toContain('[DONE]');
  expect(text).not.toContain('sk-123');
  expect(JSON.parse(readChunks(text).at(-1) ?? '')).toHaveProperty('error.code', 'internal');
});

test('a request under a key is answered once, also as a stream', async () => {
  says('The wheel stalled [s1].');
  for (const streamed of [false, true]) {
    const url = '/v1/openai/chat/completions';
    const body = { model: 'parley', messages: QUESTION, stream: streamed };
    const headers = { 'idempotency-key': `key-${streamed}` };
    const first = await ada.request('POST', url, body, headers);
    const asked = state.asked.length;
    const again = await ada.request('POST', url, body, headers);
    expect(again.headers).toHaveProperty('idempotency-replayed', 'true');
    expect(again.text).toBe(first.text);
    expect(state.asked).toHaveLength(asked);
    const other = await ada.request('POST', url, { ...body, user: 'eve' }, headers);
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'idempotency_mismatch' } } });
  }
});
