import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { clockTick, openTestDatabase, query } from '../helpers/database.ts';
import { createConversation, createMessage, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { conversations } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

test('a conversation needs neither title nor scope', async () => {
  const conversation = await conversations.create(user.id);
  expect(conversation).toMatchObject({ userId: user.id, title: null, scope: null });
  expect(await conversations.getById(user.id, conversation.id)).toEqual(conversation);
});

test('a scope is stored as it was given', async () => {
  const transcriptId = '00000000-0000-4000-8000-000000000000';
  const scope = {
    transcriptIds: [transcriptId],
    timeRanges: [{ transcriptId, startMs: 0, endMs: 5 }],
  };
  const { id } = await conversations.create(user.id, { title: 'Tides', scope });
  expect(await conversations.getById(user.id, id)).toMatchObject({ title: 'Tides', scope });
});

test('a list begins with the conversation that was used last', async () => {
  const first = await createConversation(repositories, user.id);
  await clockTick();
  const second = await createConversation(repositories, user.id);
  await clockTick();
  const third = await createConversation(repositories, user.id);
  await createConversation(repositories, (await createUser(repositories)).id);
  await clockTick();
  await createMessage(repositories, user.id, { conversationId: first.id });
  await clockTick();
  await conversations.update(user.id, second.id, { title: 'Renamed' });
  const { data, nextCursor } = await conversations.listByUser(user.id, { limit: 10 });
  expect(data.map((row) => row.id)).toEqual([second.id, first.id, third.id]);
  expect(nextCursor).toBeNull();
});

describe('updating a conversation', () => {
  test('changes what is given and leaves the rest', async () => {
    const scope = { transcriptIds: ['00000000-0000-4000-8000-000000000000'] };
    const { id } = await createConversation(repositories, user.id, { title: 'Old', scope });
    expect(await conversations.update(user.id, id, { title: 'New' })).toMatchObject({
      title: 'New',
      scope,
    });
    expect(await conversations.update(user.id, id, { title: null, scope: null })).toMatchObject({
      title: null,
      scope: null,
    });
  });

  test('with nothing returns the conversation as it is', async () => {
    const conversation = await createConversation(repositories, user.id);
    expect(await conversations.update(user.id, conversation.id, {})).toEqual(conversation);
  });

  test('that is not there returns undefined', async () => {
    const { id } = await createConversation(repositories, user.id);
    await conversations.delete(user.id, id);
    expect(await conversations.update(user.id, id, { title: 'New' })).toBeUndefined();
    expect(await conversations.update(user.id, id, {})).toBeUndefined();
  });
});

test('deleting takes the messages along and spares other conversations', async () => {
  const gone = await createMessage(repositories, user.id);
  const kept = await createMessage(repositories, user.id);
  expect(await conversations.delete(user.id, gone.conversationId)).toBe(true);
  expect(await conversations.delete(user.id, gone.conversationId)).toBe(false);
  expect(await conversations.getById(user.id, gone.conversationId)).toBeUndefined();
  expect(await query(db, 'select id from messages')).toEqual([{ id: kept.id }]);
});
