import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { createLanguageModels } from '../../../src/providers/configured-language-models.ts';
import { createHashEmbeddings } from '../../../src/providers/hash-embeddings.ts';
import { Script } from '../../../src/providers/scripted/script.ts';
import { playModel } from '../../helpers/model-server.ts';

async function post(baseUrl: string, path: string, body: object) {
  const response = await fetch(`${baseUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}
const asks = (content: string) => ({ messages: [{ role: 'user', content }] });

test('replies come in their order, the last one for as long as there are requests', async () => {
  const { baseUrl } = await playModel({ chat: [{ text: 'one', times: 2 }, { text: 'two' }] });
  const said: unknown[] = [];
  for (let requests = 0; requests < 4; requests++) {
    const { text } = await post(baseUrl, '/chat/completions', asks('What?'));
    said.push(JSON.parse(text).choices[0].message.content);
  }
  expect(said).toEqual(['one', 'one', 'two', 'two']);
});

test('a reply may answer only what has a text in it', async () => {
  const { baseUrl } = await playModel({ chat: [{ when: 'cog', text: 'A cog.' }, { status: 503 }] });
  expect(await post(baseUrl, '/chat/completions', asks('Which wheel?'))).toMatchObject({
    status: 503,
  });
  const { text } = await post(baseUrl, '/chat/completions', asks('Which cog?'));
  expect(text).toContain('A cog.');
});

test('what answers may be a function of the request', async () => {
  const { baseUrl } = await playModel(({ body }) => ({ text: `I am ${body.model}.` }));
  const { text } = await post(baseUrl, '/chat/completions', { model: 'small', stream: true });
  expect(text).toContain('small.');
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('a text always gets the same vector, as numbers and as base64', async () => {
  const { baseUrl } = await playModel({ dimensions: 16 });
  const hash = createHashEmbeddings({ dimensions: 16 });
  const [vector] = await hash.embed(['hunting cog'], 'document');
  const plain = await post(baseUrl, '/embeddings', { input: ['wheel', 'hunting cog'] });
  expect(JSON.parse(plain.text).data[1]).toMatchObject({
    index: 1,
    embedding: [...(vector ?? [])],
  });
  const packed = await post(baseUrl, '/embeddings', {
    input: 'hunting cog',
    encoding_format: 'base64',
  });
  const bytes = Buffer.from(JSON.parse(packed.text).data[0].embedding, 'base64');
  expect(bytes.readFloatLE(4)).toBe(vector?.[1]);
  expect(bytes.length).toBe(64);
});

test('embeddings fail by the script too', async () => {
  const { baseUrl } = await playModel({ embeddings: [{ status: 429 }, {}] });
  expect((await post(baseUrl, '/embeddings', { input: 'a' })).status).toBe(429);
  expect((await post(baseUrl, '/embeddings', { input: 'a' })).status).toBe(200);
});

test('the models of the script are listed', async () => {
  const { baseUrl } = await playModel({ models: ['small', 'large'] });
  const listed = await (await fetch(`${baseUrl}/models`)).json();
  expect(listed).toMatchObject({ data: [{ id: 'small' }, { id: 'large' }] });
});

test.each<[object, boolean]>([
  [{}, true],
  [{ chat: [{ steps: [{ text: 'a' }, { waitMs: 5 }, { done: true }], partBytes: 1 }] }, true],
  [{ chat: [{ txt: 'a' }] }, false],
  [{ chat: [{ steps: [{ text: 'a', waitMs: 5 }] }] }, false],
  [{ chat: [{ status: 42 }] }, false],
])('a script is checked: %o', (script, isValid) => {
  expect(Compile(Script).Check(script)).toBe(isValid);
});

test('several models share one server', async () => {
  const { baseUrl, requests } = await playModel({ chat: [{ text: 'Yes.' }] });
  const models = createLanguageModels({
    ...{ baseUrl, names: ['a', 'b'], contextTokens: 4_096, maxOutputTokens: 256 },
    ...{ timeoutMs: 60_000, silenceTimeoutMs: 60_000, maxRetries: 0, concurrency: 1 },
    countTokens: () => 0,
  });
  const { signal } = new AbortController();
  for (const model of models) {
    for await (const piece of model.generate({ turns: [], maxTokens: 9, signal })) {
      expect(piece).toBe('Yes.');
    }
  }
  expect(requests.map(({ body }) => [body.model, body.max_tokens])).toEqual([
    ['a', 9],
    ['b', 9],
  ]);
});
