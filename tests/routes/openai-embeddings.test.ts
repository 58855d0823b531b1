import type OpenAI from 'openai';
import { expect, test } from 'vitest';
import { createHashEmbeddings } from '../../src/providers/hash-embeddings.ts';
import { least, longestBlockMs } from '../helpers/cpu-time.ts';
import { listen } from './openai-listening.ts';

const { openai, ada } = await listen();
const embeddings = createHashEmbeddings();
const URL = '/v1/openai/embeddings';

test('a text is embedded by the model that search compares with', async () => {
  const answer = await openai.embeddings.create({
    model: 'parley',
    input: 'hunting cog',
    encoding_format: 'float',
  });
  const [vector = []] = await embeddings.embed(['hunting cog'], 'document');
  expect(answer).toMatchObject({ object: 'list', model: embeddings.name });
  expect(answer.data).toEqual([{ object: 'embedding', index: 0, embedding: [...vector] }]);
  expect(answer.usage.prompt_tokens).toBeGreaterThan(1);
  expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens);
});

test('base64 holds the same numbers, which is how the client asks by default', async () => {
  const params = { model: embeddings.name, input: ['hunting cog', '…', 'Mühle 水車'] };
  const floats = await openai.embeddings.create({ ...params, encoding_format: 'float' });
  expect((await openai.embeddings.create(params)).data).toEqual(floats.data);
  type Answer = { data: { embedding: string }[] };
  const { body } = await ada.request<Answer>('POST', URL, { ...params, encoding_format: 'base64' });
  const bytes = Buffer.from(body.data[0]?.embedding ?? '', 'base64');
  expect(bytes.readFloatLE(40)).toBe(floats.data[0]?.embedding[10]);
});

test('dimensions may be named where they are the model’s', async () => {
  const params = { model: 'parley', input: 'cog', dimensions: embeddings.dimensions };
  expect((await openai.embeddings.create(params)).data).toHaveLength(1);
});

test.each([
  ['other dimensions', { dimensions: 256 }, 400, 'dimensions'],
  ['tokens', { input: [1, 2, 3] }, 400, 'input[0]'],
  ['lists of tokens', { input: [[1, 2], [3]] }, 400, 'input[0]'],
  ['an empty text', { input: '' }, 400, 'input'],
  ['no text', { input: [] }, 400, 'input'],
  ['2,049 texts', { input: Array(2_049).fill('x') }, 400, 'input'],
  ['too long a text', { input: ['x', 'cog '.repeat(9_000)] }, 400, 'input[1]'],
  ['too much text', { input: Array(40).fill('a '.repeat(8_000)) }, 400, 'input'],
  ['another model', { model: 'text-embedding-3-small' }, 404, 'model'],
])('%s is refused', async (_, more, status, param) => {
  const params = { model: 'parley', input: 'cog', ...more } as OpenAI.EmbeddingCreateParams;
  await expect(openai.embeddings.create(params)).rejects.toMatchObject({ status, param });
});

test('as many texts as may be come back in their order', async () => {
  const input = Array.from({ length: 2_048 }, (_, index) => `text number ${index}`);
  const { data } = await openai.embeddings.create({ model: 'parley', input });
  expect(data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
  const [last = []] = await embeddings.embed([input.at(-1) ?? ''], 'document');
  expect(data.at(-1)?.embedding).toEqual([...last]);
});

/** Letters without order, the slowest to count. */
function letters(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(97 + Math.floor((state / 2_147_483_648) * 26));
  }).join('');
}

test.each([
  ['a text that is far too long', [letters(600_000)], 400],
  ['letters without a space', [letters(120_000)], 400],
  ['many texts', Array(100).fill('the hunting cog '.repeat(200)), 200],
])('%s holds up nobody else', async (_, input, status) => {
  // So that what is measured is not the loading of the tokenizer.
  await ada.request('POST', URL, { model: 'parley', input: 'cog' });
  const longest = await least(() =>
    longestBlockMs(async () => {
      const answer = await ada.request('POST', URL, { model: 'parley', input });
      expect(answer.status).toBe(status);
    }),
  );
  // It is some 15 ms, and 180 ms where one of these is counted in one go.
  expect(longest).toBeLessThan(120);
});
