import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ModelRequest } from '../../../src/providers/language-models.ts';
import { createModelClient } from '../../../src/providers/model-client.ts';
import { createOpenAiCompatibleModel } from '../../../src/providers/openai-compatible.ts';
import type { Reply, Step } from '../../../src/providers/scripted/script.ts';
import { countTokens } from '../../../src/transcripts/tokens.ts';
import { playModel } from '../../helpers/model-server.ts';

const server = await playModel();
const client = createModelClient({
  ...{ baseUrl: server.baseUrl, maxRetries: 0, concurrency: 100 },
  ...{ firstByteTimeoutMs: 5_000, pieceTimeoutMs: 5_000, timeoutMs: 600_000 },
});
const model = createOpenAiCompatibleModel({
  ...{ client, id: 'small', contextTokens: 8_192, maxOutputTokens: 1_000 },
  ...{ limitedBy: 'max_tokens', countTokens },
});
const turns = [{ role: 'user' as const, content: 'Why did the wheel stall?' }];

/** What came, and how it ended. */
async function write(reply: Reply, request: Partial<ModelRequest> = {}) {
  server.play({ chat: [reply] });
  const { signal } = new AbortController();
  const written = model.generate({ turns, maxTokens: 500, signal, ...request });
  const pieces: string[] = [];
  try {
    for (;;) {
      const { done, value } = await written.next();
      if (done) return { pieces, text: pieces.join(''), end: value };
      pieces.push(value);
    }
  } catch (error) {
    return { pieces, text: pieces.join(''), error };
  }
}

const said: Step = { text: 'The cog [s1]' };
const stop: Step = { finish: 'stop' };
const done: Step = { done: true };
const cost: Step = { usage: { promptTokens: 40, completionTokens: 7 } };
const failed = { text: 'The cog [s1]', error: { code: 'model_failed' } };
const counted = { finishReason: 'stop', promptTokens: 40, completionTokens: 7 };
const estimated = { finishReason: 'stop', promptTokens: 6, completionTokens: 6 };

test('a model writes piece by piece, and says what it cost', async () => {
  const text = 'The hunting cog, which spreads the wear [s1].';
  const { pieces, end } = await write({ text });
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(text);
  expect(end).toEqual({ finishReason: 'stop', promptTokens: 100, completionTokens: 8 });
});

test('a model is told the turns and the longest answer', async () => {
  await write({ text: 'Yes.' }, { maxTokens: 5_000 });
  expect(server.requests.at(-1)?.body).toEqual({
    model: 'small',
    messages: turns,
    max_tokens: 1_000,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test.each<[string, Step[], object]>([
  ['ends as it should', [said, stop, cost, done], { text: 'The cog [s1]', end: counted }],
  ['does not count', [said, stop, done], { end: estimated }],
  [
    'counts nonsense',
    [said, stop, { raw: 'data: {"usage":{"prompt_tokens":-1}}\n\n' }],
    { end: estimated },
  ],
  [
    'counts more than any answer has',
    [said, stop, { usage: { promptTokens: 2_147_483_647, completionTokens: 2_147_483_647 } }, done],
    { end: estimated },
  ],
  [
    'counts more than a number holds',
    [
      said,
      stop,
      { raw: 'data: {"choices":[],"usage":{"prompt_tokens":1e300,"completion_tokens":7}}\n\n' },
    ],
    { end: estimated },
  ],
  ['never sends [DONE]', [said, stop], { text: 'The cog [s1]', end: estimated }],
  ['never says why it ended', [said, done], { text: 'The cog [s1]', end: estimated }],
  ['ran into its limit', [said, { finish: 'length' }, done], { end: { finishReason: 'length' } }],
  ['ends for a reason of its own', [said, { finish: 'eos_token' }, done], { end: estimated }],
  [
    'is filtered',
    [said, { finish: 'content_filter' }, done],
    { end: { finishReason: 'content_filter' } },
  ],
  [
    'is filtered at once',
    [{ finish: 'content_filter' }, done],
    { text: '', end: { finishReason: 'content_filter' } },
  ],
  [
    'refuses',
    [{ refusal: 'I cannot.' }, stop, done],
    { text: 'I cannot.', end: { finishReason: 'content_filter' } },
  ],
  [
    'calls a tool that nobody offered',
    [{ toolCall: { name: 'rm', arguments: '{}' } }, said, stop, done],
    { text: 'The cog [s1]', end: estimated },
  ],
  ['speaks behind [DONE]', [said, done, { text: 'more' }], { text: 'The cog [s1]' }],
  [
    'keeps the connection behind [DONE]',
    [said, done, { silence: true }],
    { text: 'The cog [s1]', end: estimated },
  ],
  [
    'sends comments',
    [{ raw: ': thinking\n\n' }, said, { raw: ':\n' }, stop, done],
    { text: 'The cog [s1]', end: estimated },
  ],
  [
    'ends its lines with CRLF',
    [{ raw: 'data: {"choices":[{"delta":{"content":"A"}}]}\r\n\r\ndata: [DONE]\r\n\r\n' }],
    { text: 'A', end: { finishReason: 'stop' } },
  ],
  [
    'spreads an event over lines',
    [{ raw: 'data: {"choices":[{"delta":\ndata: {"content":"A"}}]}\n\n' }, stop],
    { text: 'A', end: { finishReason: 'stop' } },
  ],
  [
    'has fields that nobody knows',
    [
      {
        raw: 'id: 7\nevent: chunk\nretry: 5\ndata: {"choices":[{"delta":{"content":"A","x":1}}]}\n\n',
      },
      stop,
    ],
    { text: 'A', end: { finishReason: 'stop' } },
  ],
  [
    'sends chunks without a choice',
    [{ raw: 'data: {"choices":[],"prompt_filter_results":[]}\n\n' }, said, stop],
    { end: estimated },
  ],
])('a provider that %s is understood', async (_what, steps, expected) => {
  expect(await write({ steps })).toMatchObject({ ...expected });
  expect(await write({ steps, partBytes: 1 })).toMatchObject({ ...expected });
});

test.each<[string, Reply]>([
  ['just stops', { steps: [said] }],
  ['sends what is not JSON', { steps: [said, { raw: 'data: {"choices":[{\n\n' }, stop, done] }],
  ['sends what is no chunk', { steps: [said, { raw: 'data: 42\n\n' }, stop, done] }],
  [
    'sends what is no text',
    { steps: [said, { raw: 'data: {"choices":[{"delta":{"content":5}}]}\n\n' }, done] },
  ],
  ['sends a line of 10 MiB', { steps: [said, { lineBytes: 10_485_760 }, stop, done] }],
  [
    'sends an event of 10 MiB',
    { steps: [said, { raw: `data: ${'x'.repeat(99)}\n`.repeat(99_999) }, stop, done] },
  ],
  ['sends an error', { steps: [said, { error: 'out of memory' }, stop, done] }],
  [
    'sends an error by its event',
    { steps: [said, { raw: 'event: error\ndata: {"message":"no"}\n\n' }, done] },
  ],
  ['ends with an error', { steps: [said, { finish: 'error' }, done] }],
  ['breaks off', { steps: [said, { reset: true }] }],
])('a provider that %s has failed, after what it wrote', async (_what, reply) => {
  expect(await write(reply)).toMatchObject(failed);
});

test.each<[string, Reply]>([
  ['sends nothing', { steps: [] }],
  ['sends [DONE] alone', { steps: [done] }],
  ['writes no text', { steps: [{ text: '' }, stop, cost, done] }],
  [
    'only calls tools',
    { steps: [{ toolCall: { name: 'a', arguments: '' } }, { finish: 'tool_calls' }, done] },
  ],
  ['sends JSON instead of a stream', { body: '{"choices":[{"message":{"content":"A"}}]}' }],
  ['sends a page', { body: '<!doctype html>\n<title>Welcome</title>\n\n' }],
  ['answers 400', { status: 400 }],
  ['answers 500', { status: 500 }],
])('a provider that %s has failed, without a word', async (_what, reply) => {
  expect(await write(reply)).toMatchObject({ text: '', error: { code: 'model_failed' } });
});

test('an error of the stream that speaks of load is told as one', async () => {
  const raw = 'data: {"error":{"code":429,"message":"slow down"}}\n\n';
  const { error } = await write({ steps: [said, { raw }] });
  expect(error).toMatchObject({ code: 'model_unavailable', retryAfterSeconds: 5 });
});

test.each<[string, Step[], string]>([
  ['before it begins', [{ silence: true }], ''],
  ['in the middle', [said, { silence: true }], 'The cog [s1]'],
])('a provider that falls silent %s has timed out', async (_when, steps, text) => {
  expect(await write({ steps })).toMatchObject({ text, error: { code: 'model_timeout' } });
});

test('a stream that breaks off at any byte is a failure, unless it had ended', async () => {
  const steps: Step[] = [{ text: 'Ünter ' }, { text: '🪵' }, stop, cost, done];
  const length = await byteLength(steps);
  const ends: string[] = [];
  for (let resetAtByte = 1; resetAtByte <= length; resetAtByte += 7) {
    const { text, error, end } = await write({ steps, resetAtByte });
    expect('Ünter 🪵'.startsWith(text)).toBe(true);
    // Once [DONE] has come, the connection does not matter any more.
    if (end) expect({ text, end }).toEqual({ text: 'Ünter 🪵', end: counted });
    else expect(error).toMatchObject({ code: 'model_failed' });
    ends.push(end ? 'ended' : 'failed');
  }
  expect(new Set(ends.slice(0, -3))).toEqual(new Set(['failed']));
});

async function byteLength(steps: Step[]): Promise<number> {
  server.play({ chat: [{ steps }] });
  const body = JSON.stringify({ stream: true, model: 'small' });
  const response = await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body });
  return (await response.arrayBuffer()).byteLength;
}

test('a cancel in the middle of the text ends the request', async () => {
  server.play({ chat: [{ steps: [{ pieces: Array(500).fill('a '), everyMs: 10 }] }] });
  const controller = new AbortController();
  const reason = new Error('left');
  const read = async () => {
    for await (const _ of model.generate({ turns, maxTokens: 500, signal: controller.signal })) {
      setTimeout(50).then(() => controller.abort(reason));
    }
  };
  await expect(read()).rejects.toBe(reason);
  const request = server.requests.at(-1);
  await request?.closed;
  expect(request).toMatchObject({ answered: false });
});
