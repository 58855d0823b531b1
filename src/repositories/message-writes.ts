import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { conversations, type Message, messages } from '../db/schema/index.ts';
import { insertCitations, type NewCitation } from './citations.ts';
import { inserted } from './inserted.ts';
import { findLast, showPath } from './message-branches.ts';

export type NewMessage = Pick<Message, 'conversationId' | 'role' | 'content'> &
  Partial<Pick<Message, 'parentId' | 'status' | 'metadata'>>;

/** How an answer ended. */
export type FinishedAnswer = Pick<Message, 'content' | 'status' | 'metadata'> & {
  citations: readonly NewCitation[];
};

/** Adds a message behind its parent, in a transaction. @returns undefined for what is not the user's */
export async function appendMessage(
  tx: Database,
  userId: string,
  values: NewMessage,
): Promise<Message | undefined> {
  const [owned] = await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.userId, userId), eq(conversations.id, values.conversationId)))
    // One after the other: each has to see what is the last message.
    .for('no key update');
  if (!owned) return undefined;
  const { parentId = await findLast(tx, values.conversationId) } = values;
  if (values.parentId !== undefined && !(await showPath(tx, values.conversationId, parentId))) {
    return undefined;
  }
  const [message] = await tx
    .insert(messages)
    .values({ ...values, parentId })
    .returning();
  return inserted(message);
}

/** Ends an answer with its citations, in a transaction. @returns whether it was still being written */
export async function endMessage(
  tx: Database,
  userId: string,
  id: string,
  { citations, ...values }: FinishedAnswer,
): Promise<boolean> {
  const mine = tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(eq(conversations.userId, userId));
  const rows = await tx
    .update(messages)
    .set(values)
    .where(
      and(
        eq(messages.id, id),
        eq(messages.status, 'streaming'),
        sql`${messages.conversationId} in ${mine}`,
      ),
    )
    .returning({ id: messages.id });
  if (rows.length === 0) return false;
  if (citations.length > 0) await insertCitations(tx, userId, id, citations);
  return true;
}
