import { expect, test } from 'vitest';
import { createTranscript } from '../helpers/factories.ts';
import { listen, VIDEO } from './openai-listening.ts';

const { openai, transcript, repositories, ada, client } = await listen();

test('the models are everything, and each transcript', async () => {
  const { data } = await openai.models.list();
  const own = { object: 'model', owned_by: 'parley' };
  expect(data).toEqual([
    { ...own, id: 'parley', name: 'Parley', created: 0 },
    {
      ...own,
      id: `parley:${transcript.id}`,
      name: 'Grinding by the Moon',
      created: Math.floor(new Date(transcript.createdAt).getTime() / 1_000),
    },
  ]);
  for (const model of data) expect(await openai.models.retrieve(model.id)).toMatchObject(model);
});

test('a model of several transcripts, or of a video, is found by its name', async () => {
  const other = await createTranscript(repositories, ada.user.id);
  const id = `parley:youtube:${VIDEO},${other.id}`;
  expect(await openai.models.retrieve(id)).toMatchObject({
    id,
    name: 'Grinding by the Moon and 1 more',
  });
});

test('what is no model, or somebody else’s, is not found', async () => {
  const eve = await client.register();
  const foreign = await createTranscript(repositories, eve.user.id);
  for (const model of ['gpt-4o', `parley:${foreign.id}`, 'parley:1']) {
    await expect(openai.models.retrieve(model)).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  }
});

test('the list is bounded, the newest first', async () => {
  const many = await client.register();
  for (let count = 0; count < 101; count += 1) await createTranscript(repositories, many.user.id);
  const { body } = await many.request<{ data: { created: number }[] }>('GET', '/v1/openai/models');
  expect(body.data).toHaveLength(100);
  const created = body.data.slice(1).map((model) => model.created);
  expect(created).toEqual(created.toSorted((a, b) => b - a));
});
