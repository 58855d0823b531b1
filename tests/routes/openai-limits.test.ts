import { request } from 'node:http';
import { expect, test } from 'vitest';
import { listen, QUESTION } from './openai-listening.ts';

const hasty = await listen({ ANSWER_TIMEOUT_MS: '5000', STREAM_HEARTBEAT_MS: '100' });
const patient = await listen();
const params = { model: 'parley', messages: QUESTION };

/** What a server sends until it ends. */
async function ask({ baseURL, key }: typeof hasty, body: object): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const sent = request(`${baseURL}/chat/completions`, { method: 'POST', headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    response.on('end', () => resolve(text)).on('error', reject);
  });
  sent.on('error', reject).end(JSON.stringify(body));
  return promise;
}

test('a completion that takes too long ends as any other answer does', async () => {
  hasty.saysAndWaits('The wheel ');
  await expect(hasty.openai.chat.completions.create(params)).rejects.toMatchObject({ status: 504 });
  expect(hasty.state.asked.at(-1)?.signal.reason).toMatchObject({ code: 'model_timeout' });
});

test('one that is streamed too, with the error as its last event', async () => {
  hasty.saysAndWaits('The wheel ');
  const text = await ask(hasty, { ...params, stream: true });
  expect(text).toContain('The wheel');
  expect(text.trim().split('\n\n').at(-1)).toContain('"model_timeout"');
  expect(text).not.toContain('[DONE]');
  // As often as the settings say, not every 15 s.
  expect(text).toMatch(/^: waiting$/m);
});

test('one that is not streamed outlasts the silence that a connection may have', async () => {
  // As after 120 s, only sooner.
  patient.app.server.setTimeout(3_000);
  patient.state.script = async function* () {
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    yield 'The wheel stalled.';
  };
  const { choices } = JSON.parse(await ask(patient, params));
  expect(choices[0].message.content).toBe('The wheel stalled.');
});

test.each([true, false])(
  'an answer without end fails at its longest (stream: %s)',
  async (stream) => {
    patient.app.server.setTimeout(0);
    patient.state.script = async function* () {
      for (let index = 0; index < 1_000; index += 1) yield 'So it goes. '.repeat(1_000);
    };
    expect(await ask(patient, { ...params, stream })).toContain('"model_failed"');
  },
);
