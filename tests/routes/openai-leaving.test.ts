import { connect } from 'node:net';
import { streamText } from 'ai';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { listen, QUESTION } from './openai-listening.ts';

const parley = await listen();
const { openai, sdk, saysAndWaits, state, key, baseURL } = parley;

/** That the last answer is told to end, which has not come to an end and would not for minutes. */
async function expectAborted() {
  const { signal } = state.asked.at(-1) ?? expect.fail('nobody was asked');
  await expect.poll(() => signal.aborted).toBe(true);
}

test('a client that leaves in the middle of a stream ends the answer', async () => {
  saysAndWaits('The wheel ');
  const ended = state.ended;
  const params = { model: 'parley', messages: QUESTION, stream: true } as const;
  const stream = await openai.chat.completions.create(params);
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content) break;
  }
  await expectAborted();
  await expect.poll(() => state.ended).toBe(ended + 1);
});

test('one that waits for the whole and leaves does so too', async () => {
  saysAndWaits('The wheel ');
  const controller = new AbortController();
  const asked = state.asked.length;
  const params = { model: 'parley', messages: QUESTION };
  const answer = openai.chat.completions.create(params, { signal: controller.signal });
  const failed = expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
  await expect.poll(() => state.asked.length).toBe(asked + 1);
  controller.abort();
  await expectAborted();
  await failed;
});

test('the AI SDK aborts in the middle', async () => {
  saysAndWaits('The wheel ');
  const controller = new AbortController();
  const { fullStream } = streamText({
    model: sdk('parley'),
    messages: QUESTION,
    abortSignal: controller.signal,
  });
  const types: string[] = [];
  for await (const part of fullStream) {
    types.push(part.type);
    if (part.type === 'text-delta') controller.abort();
  }
  expect(types).toContain('abort');
  await expectAborted();
});

test('a reader that takes nothing holds the answer up instead of filling the memory', async () => {
  let written = 0;
  // As a chunk of its own a letter takes some 200 bytes.
  state.script = async function* () {
    for (; written < 190_000; written += 1) yield 'x';
  };
  const body = JSON.stringify({ model: 'parley', messages: QUESTION, stream: true });
  const { port, hostname, pathname } = new URL(`${baseURL}/chat/completions`);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.pause();
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: parley\r\nAuthorization: Bearer ${key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await expect.poll(() => written).toBeGreaterThan(10);
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = before === written;
        before = written;
        return isStill;
      },
      { interval: 500 },
    )
    .toBe(true);
  // The kernel's buffers hold some megabytes of the 40.
  expect(written).toBeLessThan(100_000);
  const ended = state.ended;
  socket.destroy();
  await expect.poll(() => state.ended).toBe(ended + 1);
});

test('a stream of a key that is revoked ends before its answer does', async () => {
  saysAndWaits('The wheel ');
  const revoked = await parley.ada.byApiKey('chat');
  const client = new OpenAI({ apiKey: revoked.token, baseURL, maxRetries: 0 });
  const params = { model: 'parley', messages: QUESTION, stream: true } as const;
  const stream = await client.chat.completions.create(params);
  const read = async () => {
    for await (const { choices } of stream) {
      if (!choices[0]?.delta.content) continue;
      const { data } = await parley.repositories.apiKeys.listByUser(parley.ada.user.id, {
        limit: 1,
      });
      await parley.repositories.apiKeys.delete(parley.ada.user.id, data[0]?.id ?? '');
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'invalid_api_key' });
  await expectAborted();
});
