import { expect, test } from 'vitest';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { Message } from '../../src/schemas/messages.ts';
import type { Playhead } from '../../src/schemas/playhead.ts';
import { playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample, importText } from '../helpers/factories.ts';

const played = playAnswerer();
const { client, db } = await buildTestApp({}, { answerers: played.answerers });
const ada = await client.register();
const talk = (await importSample(db, ada.user.id)).transcript.id;
const other = (
  await importText(db, ada.user.id, 'WEBVTT\n\n00:00.000 --> 00:01.000\nA bell rings.')
).transcript.id;
const at = (transcriptId: string, atMs: number, mode: Playhead['mode']) => ({
  transcriptId,
  atMs,
  mode,
});

test('up to here an answer is told of no answer that may know what is said later', async () => {
  const asked: [content: string, playhead?: Playhead][] = [
    ['Was it sold?'],
    ['Was it painted?', at(talk, 12_000, 'upToHere')],
    ['And sold?', at(talk, 30_000, 'upToHere')],
    ['Nearby?', at(talk, 12_000, 'nearby')],
    ['Elsewhere?', at(other, 1_000, 'upToHere')],
  ];
  played.script = async function* (_, content) {
    yield `An answer to: ${content}`;
  };
  const { body: made } = await ada.request<Conversation>('POST', '/v1/conversations', {});
  const url = `/v1/conversations/${made.id}/messages`;
  const say = async (content: string, playhead?: Playhead) => {
    const body = { content, ...(playhead ? { playhead } : {}) };
    await ada.request<Message>('POST', url, body);
    return played.histories.at(-1);
  };
  for (const [content, playhead] of asked) await say(content, playhead);
  const upper = { ...at(talk, 20_000, 'upToHere'), transcriptId: talk.toUpperCase() };
  expect(await say('Who?', upper)).toEqual(['Was it painted?', 'An answer to: Was it painted?']);
  // All that was asked before is told where nothing is to be kept quiet.
  expect(await say('Who?', at(talk, 20_000, 'nearby'))).toHaveLength(10);
});
