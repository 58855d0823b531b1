import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { messages } from '../db/schema/index.ts';

/**
 * A column for queries on messages: the ids of all replies to the same parent, in the order of
 * writing. Apart for those without a parent, so that both find theirs by the index.
 */
export const siblingsOfMessage = sql<string[]>`coalesce(
  (select json_agg(s.id order by s.position) from ${messages} as s
    where s.conversation_id = ${messages.conversationId} and s.parent_id = ${messages.parentId}),
  (select json_agg(s.id order by s.position) from ${messages} as s
    where s.conversation_id = ${messages.conversationId} and s.parent_id is null))`.as(
  'sibling_ids',
);

/** The ids of a message and of those above it, `count` at most. */
export function pathTo(messageId: string, count: number): SQL {
  return sql`(
    with recursive path as (
      select id, conversation_id, parent_id, 1 as depth from ${messages} where id = ${messageId}
      union all
      select m.id, m.conversation_id, m.parent_id, path.depth + 1 from path
      join ${messages} as m
        on m.conversation_id = path.conversation_id and m.id = path.parent_id
      where path.depth < ${count}
    ) select id from path)`;
}

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

/**
 * Shows the way to a message, and on from there to the newest of all that follow it. The
 * conversation's row has to be locked.
 */
export async function showNewest(
  db: Database,
  conversationId: string,
  messageId: string,
): Promise<void> {
  const below = sql`(
    with recursive below as (
      select id from ${messages} where conversation_id = ${conversationId} and id = ${messageId}
      union all
      select m.id from below
      join ${messages} as m on m.conversation_id = ${conversationId} and m.parent_id = below.id
    ) select id from below)`;
  const [newest] = await db
    .select({ id: messages.id })
    .from(messages)
    .where(sql`${messages.id} in ${below}`)
    .orderBy(desc(messages.position))
    .limit(1);
  await showPath(db, conversationId, newest?.id ?? messageId);
}
