import { and, desc, eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Conversation, conversations } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type ConversationsRepository = ReturnType<typeof createConversationsRepository>;
export type ConversationValues = Partial<Pick<Conversation, 'title' | 'scope'>>;

/** Questions and answers that belong together. */
export function createConversationsRepository(db: Database) {
  return { create, getById, listByUser, update, delete: deleteById };

  async function create(userId: string, values: ConversationValues = {}): Promise<Conversation> {
    const [conversation] = await db
      .insert(conversations)
      .values({ userId, ...values })
      .returning();
    return inserted(conversation);
  }

  async function getById(userId: string, id: string): Promise<Conversation | undefined> {
    const [conversation] = await db.select().from(conversations).where(isOwned(userId, id));
    return conversation;
  }

  /** The conversations of a user, the last used first. */
  async function listByUser(
    userId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Conversation>> {
    const rows = await db
      .select({ item: getTableColumns(conversations), at: exactTime(conversations.updatedAt) })
      .from(conversations)
      .where(
        and(
          eq(conversations.userId, userId),
          olderThan(conversations.updatedAt, conversations.id, cursor),
        ),
      )
      .orderBy(desc(conversations.updatedAt), desc(conversations.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  async function update(
    userId: string,
    id: string,
    values: ConversationValues,
  ): Promise<Conversation | undefined> {
    // An UPDATE that sets nothing is not SQL.
    if (Object.keys(values).length === 0) return getById(userId, id);
    const [conversation] = await db
      .update(conversations)
      .set(values)
      .where(isOwned(userId, id))
      .returning();
    return conversation;
  }

  /** @returns whether there was such a conversation; its messages go with it */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(conversations)
      .where(isOwned(userId, id))
      .returning({ id: conversations.id });
    return rows.length > 0;
  }
}

function isOwned(userId: string, id: string) {
  return and(eq(conversations.userId, userId), eq(conversations.id, id));
}
