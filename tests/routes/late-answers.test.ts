import { expect, test } from 'vitest';
import { createAnswerers } from '../../src/chat/answerers.ts';
import type { Message } from '../../src/schemas/messages.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { ASR, MANUAL } from './revising.ts';

/** What happens while an answer is being made. */
let meanwhile = async (): Promise<void> => {};
const answerer = {
  name: 'late',
  async *answer() {
    yield 'The cock had lost a tooth [s1].';
    await meanwhile();
    return { promptTokens: 0, completionTokens: 0 };
  },
};
const { client } = await buildTestApp({}, { answerers: createAnswerers([answerer]) });

test.each([
  ['was made', 'complete'],
  ['failed', 'failed'],
])('an answer that %s while its transcript was revised cites both versions', async (_, status) => {
  const actor = await client.register();
  const imported = await actor.request<{ transcript: Transcript }>('POST', '/v1/transcripts', {
    text: ASR,
    language: 'en',
  });
  const { id } = imported.body.transcript;
  const conversation = await actor.request<{ id: string }>('POST', '/v1/conversations', {});
  meanwhile = async () => {
    const body = { text: MANUAL };
    expect((await actor.request('POST', `/v1/transcripts/${id}/revisions`, body)).status).toBe(201);
    if (status === 'failed') throw new Error('the line is dead');
  };
  const messages = `/v1/conversations/${conversation.body.id}/messages`;
  await actor.request('POST', messages, { content: 'What had the hunting cock lost?' });
  const { data } = (await actor.request<{ data: Message[] }>('GET', messages)).body;
  expect(data.at(-1)).toMatchObject({
    status,
    citations: [{ revision: 1, anchor: { status: 'anchored', revision: 2 } }],
  });
});
