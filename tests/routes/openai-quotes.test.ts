import { expect, test } from 'vitest';
import type { ChatCompletion } from '../../src/schemas/openai-completions.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample, importText } from '../helpers/factories.ts';
import { readChunks } from '../helpers/openapi.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const URL = '/v1/openai/chat/completions';
const ask = (content: string, more = {}) =>
  ada.request<ChatCompletion>('POST', URL, {
    model: 'parley',
    messages: [{ role: 'user', content }],
    ...more,
  });

test('without a model the best sentences are quoted, each with the link to its moment', async () => {
  await importSample(db, ada.user.id, { youtubeVideoId: 'T1deM1ll_07' });
  const { status, body } = await ask('Why did the wheel stall?');
  expect(status).toBe(200);
  const { content = '', annotations = [] } = body.choices[0]?.message ?? {};
  expect(content).toContain(
    '“The wheel stalled because we had opened the sluice too early.” [1](https://youtu.be/T1deM1ll_07?t=190)',
  );
  for (const [index, { url_citation: cited }] of annotations.entries()) {
    const link = `[${index + 1}](${cited.url})`;
    expect(content.slice(cited.start_index, cited.end_index)).toBe(link);
  }
  expect(annotations.length).toBe(content.match(/\]\(/g)?.length);
  const { text } = await ask('Why did the wheel stall?', { stream: true });
  const chunks = readChunks(text);
  expect(chunks.pop()).toBe('[DONE]');
  const deltas = chunks.map((chunk) => JSON.parse(chunk).choices[0].delta);
  expect(deltas.map((delta) => delta.content ?? '').join('')).toBe(content);
});

test('what was said cannot place a link in the answer', async () => {
  const said = 'Gantry says [x](https://evil.example), [click](https://evil.example) and <b>.';
  const { transcript } = await importText(db, ada.user.id, `Eve: ${said}\nBen: Gantry?`, {
    title: '](https://evil.example)',
    youtubeVideoId: 'dQw4w9WgXcQ',
  });
  const { body } = await ask('gantry', { model: `parley:${transcript.id}` });
  const content = body.choices[0]?.message.content ?? '';
  expect(content).toContain('says \\[x](https://evil.example), \\[click](https://');
  expect(content).toContain('and \\<b>.');
  const live = [...content.matchAll(/(?<!\\)\[[^\]]*\]\([^)]*\)/g)].map(([link]) => link);
  expect(live.length).toBeGreaterThan(0);
  for (const link of live) expect(link).toMatch(/^\[\d\]\(https:\/\/youtu\.be\/dQw4w9WgXcQ\)$/);
});

test('nobody asks about what is somebody else’s', async () => {
  const eve = await client.register();
  const messages = [{ role: 'user', content: 'Why did the wheel stall?' }];
  const { body } = await eve.request<ChatCompletion>('POST', URL, { model: 'parley', messages });
  expect(body.choices[0]?.message).toMatchObject({
    content: 'There is no transcript in this scope yet.',
    annotations: [],
  });
});
