import { expect, test } from 'vitest';
import type { Message } from '../../src/schemas/messages.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importText } from '../helpers/factories.ts';
import { playModel } from '../helpers/model-server.ts';

const server = await playModel();
const alone = await buildTestApp();
const parley = await buildTestApp({
  LLM_BASE_URL: server.baseUrl,
  LLM_API_KEY: 'sk-a-secret-key',
  LLM_MODEL: 'small',
  LLM_MODELS: 'large,small',
  LLM_MAX_RETRIES: '0',
});

const hash = { id: 'hash-1024', kind: 'embedding', provider: 'hash', default: true };
const language = (id: string, provider: string, isDefault = false) => ({
  ...{ id, kind: 'language', provider, default: isDefault },
});

async function converse({ client, db }: typeof parley) {
  const actor = await client.register();
  await importText(db, actor.user.id, 'SPEAKER_00: The wheel stalled because of the hunting cog.');
  const { body } = await actor.request<{ id: string }>('POST', '/v1/conversations', {});
  return (question: object) =>
    actor.request<Message & { code: string; detail: string }>(
      'POST',
      `/v1/conversations/${body.id}/messages`,
      { content: 'Why did the wheel stall?', ...question },
    );
}

test('without a language model, quoting is the default', async () => {
  const actor = await alone.client.register();
  const { status, body } = await actor.request('GET', '/v1/models');
  expect(status).toBe(200);
  expect(body).toEqual({ data: [language('extractive', 'extractive', true), hash] });
});

test('the models that are allowed are listed, the default first', async () => {
  const actor = await parley.client.register();
  const { body } = await actor.request('GET', '/v1/models');
  expect(body).toEqual({
    data: [
      language('small', 'openai-compatible', true),
      language('large', 'openai-compatible'),
      language('extractive', 'extractive'),
      hash,
    ],
  });
});

test.each([
  [{}, 'small'],
  [{ model: 'small' }, 'small'],
  [{ model: 'large' }, 'large'],
])('a question that says %o is answered by %s', async (question, model) => {
  server.play({ chat: [{ text: 'It was the cog [s1].' }] });
  const ask = await converse(parley);
  const { status, body } = await ask(question);
  expect(status).toBe(201);
  expect(body.content).toBe('It was the cog [1].');
  expect(body.usage).toMatchObject({ model, promptTokens: 100, completionTokens: 5 });
  expect(server.requests.at(-1)).toMatchObject({
    headers: { authorization: 'Bearer sk-a-secret-key' },
    body: { model },
  });
});

test('quoting can always be chosen', async () => {
  const ask = await converse(parley);
  const before = server.requests.length;
  const { body } = await ask({ model: 'extractive' });
  expect(body.usage).toEqual({ model: 'extractive', promptTokens: 0, completionTokens: 0 });
  expect(body.content).toContain('hunting cog');
  expect(server.requests.length).toBe(before);
});

test('a model that is not allowed is refused', async () => {
  const ask = await converse(parley);
  const { status, body } = await ask({ model: 'huge' });
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'unknown_model' });
});

test.each([
  [{ status: 401, body: 'sk-a-secret-key' }, 502, 'model_failed'],
  [{ status: 503, headers: { 'retry-after': '7' } }, 503, 'model_unavailable'],
  [{ steps: [{ text: 'It ' }, { reset: true as const }] }, 502, 'model_failed'],
])('what the provider does wrong is told without its words: %o', async (reply, status, code) => {
  server.play({ chat: [reply] });
  const ask = await converse(parley);
  const answer = await ask({});
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.text).not.toMatch(/sk-a-secret|127\.0\.0\.1/);
  expect(answer.headers['retry-after']).toBe(status === 503 ? '7' : undefined);
});
