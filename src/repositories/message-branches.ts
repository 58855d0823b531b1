import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { messages } from '../db/schema/index.ts';

/** The last message that a conversation shows; null for an empty one. */
export async function findLast(db: Database, conversationId: string): Promise<string | null> {
  const [last] = await db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), messages.active))
    .orderBy(desc(messages.position))
    .limit(1);
  return last?.id ?? null;
}

/**
 * Makes the way from the beginning of a conversation to one of its messages what it shows, and
 * nothing behind it. The conversation's row has to be locked.
 *
 * @param messageId null for the beginning itself
 * @returns whether there is such a message in the conversation
 */
export async function showPath(
  db: Database,
  conversationId: string,
  messageId: string | null,
): Promise<boolean> {
  const inConversation = eq(messages.conversationId, conversationId);
  if (messageId !== null) {
    const [found] = await db
      .select({ id: messages.id })
      .from(messages)
      .where(and(inConversation, eq(messages.id, messageId)));
    if (!found) return false;
  }
  const path = sql`(
    with recursive path as (
      select id, parent_id from ${messages}
      where conversation_id = ${conversationId} and id = ${messageId}
      union all
      select m.id, m.parent_id from path
      join ${messages} as m on m.conversation_id = ${conversationId} and m.id = path.parent_id
    ) select id from path)`;
  // What goes out of sight first: at no moment may a message have two active replies.
  await db
    .update(messages)
    .set({ active: false })
    .where(and(inConversation, messages.active, sql`${messages.id} not in ${path}`));
  await db
    .update(messages)
    .set({ active: true })
    .where(and(inConversation, sql`not ${messages.active}`, sql`${messages.id} in ${path}`));
  return true;
}
