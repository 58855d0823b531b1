import { expect, test } from 'vitest';
import { listen } from './openai-listening.ts';

const { says, state, stream } = await listen();

/** Reads until something comes, and not to the end, as clients do. */
async function readTo(text: string, { body }: Response): Promise<void> {
  let read = '';
  for await (const bytes of body ?? []) {
    read += Buffer.from(bytes).toString();
    if (read.includes(text)) return;
  }
  throw new Error(`it ended without ${text}: ${read}`);
}

test('a stream is replayed from the moment in which its last event is there', async () => {
  says('The wheel stalled.');
  await readTo('[DONE]', await stream('whole'));
  const again = await stream('whole');
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

test('one that has failed leaves its key free in the moment in which it says so', async () => {
  state.script = async function* () {
    yield 'The wheel ';
    throw new Error('the model is gone');
  };
  await readTo('"error"', await stream('failed'));
  says('The wheel stalled.');
  const again = await stream('failed');
  expect(again.status).toBe(200);
  expect(again.headers.has('idempotency-replayed')).toBe(false);
  await readTo('[DONE]', again);
});
