import OpenAI from 'openai';
import { expect, test } from 'vitest';
import type { Reply } from '../../src/providers/scripted/script.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample } from '../helpers/factories.ts';
import { playModel } from '../helpers/model-server.ts';

const server = await playModel();
const { app, client, db } = await buildTestApp({
  LLM_BASE_URL: server.baseUrl,
  LLM_MODEL: 'scripted',
  LLM_MAX_RETRIES: '0',
});
const ada = await client.register();
await importSample(db, ada.user.id);
const { token: apiKey } = await ada.byApiKey('chat', 'read');
const baseURL = `${await app.listen({ port: 0 })}/v1/openai`;
const openai = new OpenAI({ apiKey, baseURL, maxRetries: 0 });

async function ask(
  reply: Reply,
  more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
) {
  server.play({ chat: [reply] });
  const completion = await openai.chat.completions.create({
    model: 'parley',
    messages: [{ role: 'user', content: 'Why did the wheel stall?' }],
    metadata: { model: 'scripted' },
    ...more,
  });
  const { usage, choices } = completion;
  const [choice] = choices;
  return { usage, reason: choice?.finish_reason, content: choice?.message.content ?? '' };
}

test('an answer that the provider cut is told of as cut', async () => {
  const { reason, usage } = await ask({
    steps: [
      { text: 'The wheel stalled [s1].' },
      { finish: 'length' },
      { usage: { promptTokens: 90, completionTokens: 8 } },
      { done: true },
    ],
  });
  expect(reason).toBe('length');
  expect(usage).toEqual({ prompt_tokens: 90, completion_tokens: 8, total_tokens: 98 });
});

test('a text beyond all measure is cut, and counted here', async () => {
  const { reason, usage, content } = await ask({ text: 'The wheel stalled again. '.repeat(5_000) });
  expect(content.endsWith('[…]')).toBe(true);
  expect(reason).toBe('length');
  expect(usage?.completion_tokens).toBeGreaterThan(10_000);
  expect(usage?.prompt_tokens).toBeGreaterThan(200);
});

test.each([{ stop: 'stalled' }, { max_tokens: 2 }])(
  'an answer that ends early, by %j, counts what the model was sent',
  async (more) => {
    const { usage } = await ask({ text: 'The wheel stalled [s1].' }, more);
    const sent = server.requests.at(-1)?.body.messages ?? [];
    const characters = sent.reduce((sum, { content }) => sum + content.length, 0);
    expect(usage?.prompt_tokens).toBeGreaterThan(characters / 8);
    expect(usage?.prompt_tokens).toBeLessThan(characters / 2);
  },
);
