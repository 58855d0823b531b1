import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { clockTick, openTestDatabase, query } from '../helpers/database.ts';
import {
  createConversation,
  createMessage,
  createTranscript,
  createUser,
} from '../helpers/factories.ts';
import { createJobs } from './owned-jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  await query(db, 'delete from config');
  user = await createUser(repositories);
});

const listed = async () =>
  (await repositories.conversations.listByUser(user.id, { limit: 9 })).data.map((row) => row.id);

describe('a new message', () => {
  test('moves its conversation to the top of the list, whoever writes it', async () => {
    const first = await createConversation(repositories, user.id);
    await clockTick();
    const second = await createConversation(repositories, user.id);
    expect(await listed()).toEqual([second.id, first.id]);
    await clockTick();
    const { id } = await createMessage(repositories, user.id, { conversationId: first.id });
    expect(await listed()).toEqual([first.id, second.id]);
    await clockTick();
    await query(
      db,
      `insert into messages (conversation_id, role, content) values ('${second.id}', 'user', '')`,
    );
    expect(await listed()).toEqual([second.id, first.id]);
    await query(db, `update messages set content = 'Changed' where id = '${id}'`);
    expect(await listed()).toEqual([second.id, first.id]);
  });

  test('leaves every other conversation where it is', async () => {
    const still = await createConversation(repositories, user.id);
    await createMessage(repositories, user.id);
    expect(await repositories.conversations.getById(user.id, still.id)).toEqual(still);
  });
});

describe('updated_at', () => {
  /** For each table that has it, a change of one row. */
  const CHANGES: Record<string, string> = {
    batches: `name = 'New'`,
    config: `value = '2'`,
    conversations: `title = 'New'`,
    jobs: `priority = 1`,
    media_files: `file_name = 'New'`,
    media_sources: `title = 'New'`,
    templates: `template_content = 'New'`,
    transcription_results: `text_content = 'New'`,
    transcripts: `title = 'New'`,
    users: `password_hash = 'New'`,
  };
  const tables = Object.entries(CHANGES);

  async function fill() {
    await createConversation(repositories, user.id);
    const { id } = await createTranscript(repositories, user.id);
    await createJobs(db, user.id, id);
    await query(db, 'delete from jobs where updated_at > created_at');
    await repositories.config.setValue('key', 1);
    await query(db, `insert into media_sources (user_id, kind) values ('${user.id}', 'other')`);
  }
  const times = (table: string) =>
    query<{ at: string; old: boolean }>(
      db,
      `select updated_at::text as at, updated_at = created_at as old from ${table} order by 1`,
    );

  test('is kept by a trigger in every table that has it', async () => {
    const rows = await query<{ table: string }>(
      db,
      `select table_name as table from information_schema.columns
       where table_schema = 'public' and column_name = 'updated_at' order by 1`,
    );
    expect(rows.map((row) => row.table)).toEqual(Object.keys(CHANGES));
  });

  test.each(tables)('of %s is the time of the last real change', async (table, change) => {
    await fill();
    const before = await times(table);
    expect(before.length).toBeGreaterThan(0);
    expect(before.every((row) => row.old)).toBe(true);
    // The embedded database counts milliseconds, and may do all this within one.
    await query(db, 'select pg_sleep(0.002)');
    await query(db, `update ${table} set ${change}`);
    const after = await times(table);
    expect(after.every((row) => !row.old)).toBe(true);
    await query(db, `update ${table} set ${change}`);
    expect(await times(table)).toEqual(after);
    await query(db, `update ${table} set updated_at = '2000-01-01'`);
    expect((await times(table)).every((row) => row.at > '2020')).toBe(true);
  });
});
