import { beforeEach, describe, expect, test } from 'vitest';
import type { Conversation, User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createConversation, createMessage, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { messages } = repositories;

let user: User;
let conversation: Conversation;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  conversation = await createConversation(repositories, user.id);
});

const say = (content: string, overrides = {}) =>
  createMessage(repositories, user.id, {
    conversationId: conversation.id,
    content,
    ...overrides,
  });

describe('creating a message', () => {
  test('stores it complete, without metadata, unless told otherwise', async () => {
    const message = await say('Hello');
    expect(message).toMatchObject({
      conversationId: conversation.id,
      parentId: null,
      role: 'user',
      content: 'Hello',
      status: 'complete',
      metadata: {},
    });
    const answer = await say('', {
      role: 'assistant',
      status: 'streaming',
      parentId: message.id,
      metadata: { unknownCitations: 2 },
    });
    expect(answer).toMatchObject({
      role: 'assistant',
      status: 'streaming',
      parentId: message.id,
      metadata: { unknownCitations: 2 },
    });
  });

  test('returns undefined for a conversation that is gone', async () => {
    await repositories.conversations.delete(user.id, conversation.id);
    const values = { conversationId: conversation.id, role: 'user', content: 'Hello' } as const;
    expect(await messages.create(user.id, values)).toBeUndefined();
  });

  test('refuses a parent in another conversation', async () => {
    const elsewhere = await createMessage(repositories, user.id);
    const first = await say('Hello');
    const values = {
      conversationId: conversation.id,
      role: 'user',
      content: 'Hello',
      parentId: elsewhere.id,
    } as const;
    expect(await messages.create(user.id, values)).toBeUndefined();
    expect(await messages.getLastN(user.id, conversation.id, 9)).toEqual([first]);
  });
});

describe('reading messages', () => {
  test('finds one by its id, with its citations', async () => {
    const message = await say('Hello');
    const siblingIds = [message.id];
    const read = { ...message, citations: [], siblingIds };
    expect(await messages.getById(user.id, message.id)).toEqual(read);
    await repositories.conversations.delete(user.id, conversation.id);
    expect(await messages.getById(user.id, message.id)).toBeUndefined();
  });

  test('lists a conversation in the order of writing, whatever the clock said', async () => {
    for (const text of ['1', '2', '3']) await say(text);
    await query(db, `update messages set created_at = now() - content::integer * interval '1 h'`);
    await createMessage(repositories, user.id, { content: 'elsewhere' });
    const { data, nextCursor } = await messages.listByConversation(user.id, conversation.id, {
      limit: 10,
    });
    expect(data.map((message) => message.content)).toEqual(['1', '2', '3']);
    expect(nextCursor).toBeNull();
  });

  test('gets the last few, the oldest of them first', async () => {
    for (const text of ['1', '2', '3', '4']) await say(text);
    await createMessage(repositories, user.id, { content: 'elsewhere' });
    const lastN = async (count: number) =>
      (await messages.getLastN(user.id, conversation.id, count)).map((row) => row.content);
    expect(await lastN(0)).toEqual([]);
    expect(await lastN(2)).toEqual(['3', '4']);
    expect(await lastN(9)).toEqual(['1', '2', '3', '4']);
  });
});

describe('finishing an answer', () => {
  const citation = {
    transcriptId: null,
    revision: 1,
    firstSegment: 2,
    lastSegment: 4,
    startMs: 1_000,
    endMs: 2_000,
    speaker: 'Ann',
    quote: 'The wheel stalled.',
    quoteMatch: 'exact',
    answerStart: 0,
    answerEnd: 10,
  } as const;

  test('cites a transcript that is gone by now without a link', async () => {
    const { id: transcriptId } = await repositories.transcripts.create(user.id);
    await repositories.transcripts.delete(user.id, transcriptId);
    const { id } = await say('', { role: 'assistant', status: 'streaming' });
    const finished = await messages.finish(user.id, id, {
      content: 'It stalled.',
      status: 'complete',
      metadata: {},
      citations: [{ ...citation, number: 1, transcriptId }],
    });
    expect(finished?.citations).toMatchObject([{ transcriptId: null, quote: citation.quote }]);
  });

  test('stores the text, the end and the citations, by number', async () => {
    const { id: transcriptId } = await repositories.transcripts.create(user.id, {
      youtubeVideoId: 'dQw4w9WgXcQ',
      duration: 60,
    });
    const { id } = await say('', { role: 'assistant', status: 'streaming' });
    const moment = { youtubeVideoId: 'dQw4w9WgXcQ', duration: 60 };
    const finished = await messages.finish(user.id, id, {
      content: 'It stalled.',
      status: 'complete',
      metadata: { unknownCitations: 1 },
      citations: [
        { ...citation, number: 2, transcriptId, speaker: null, startMs: null, endMs: null },
        { ...citation, number: 1 },
      ],
    });
    expect(finished).toMatchObject({
      content: 'It stalled.',
      status: 'complete',
      metadata: { unknownCitations: 1 },
      citations: [
        { ...citation, number: 1, youtubeVideoId: null, duration: null },
        {
          ...citation,
          ...moment,
          number: 2,
          transcriptId,
          speaker: null,
          startMs: null,
          endMs: null,
        },
      ],
    });
    expect(await messages.getById(user.id, id)).toEqual(finished);
    const page = await messages.listByConversation(user.id, conversation.id, { limit: 1 });
    expect(page.data).toEqual([finished]);
  });

  test('happens once: what ended before is left as it is', async () => {
    const { id } = await say('', { role: 'assistant', status: 'streaming' });
    const answer = { metadata: {}, citations: [{ ...citation, number: 1 }] };
    await messages.finish(user.id, id, { ...answer, content: 'First', status: 'interrupted' });
    const again = { ...answer, content: 'Second', status: 'complete' } as const;
    expect(await messages.finish(user.id, id, again)).toBeUndefined();
    expect(await messages.getById(user.id, id)).toMatchObject({
      content: 'First',
      status: 'interrupted',
      citations: [{ number: 1 }],
    });
  });

  test('stores nothing at all when a citation is refused', async () => {
    const { id } = await say('', { role: 'assistant', status: 'streaming' });
    const twice = [
      { ...citation, number: 1 },
      { ...citation, number: 1 },
    ];
    const answer = { content: 'It', status: 'complete', metadata: {}, citations: twice } as const;
    await expect(messages.finish(user.id, id, { ...answer, citations: twice })).rejects.toThrow();
    expect(await messages.getById(user.id, id)).toMatchObject({ content: '', status: 'streaming' });
  });

  test('is undefined for a message that was deleted meanwhile', async () => {
    const { id } = await say('', { role: 'assistant', status: 'streaming' });
    await repositories.conversations.delete(user.id, conversation.id);
    const answer = { content: 'It', status: 'complete', metadata: {}, citations: [] } as const;
    expect(await messages.finish(user.id, id, { ...answer, citations: [] })).toBeUndefined();
  });
});
