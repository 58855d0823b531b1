import { and, asc, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { conversations, type Message, messages } from '../db/schema/index.ts';
import { type CitationWithMoment, citationsOfMessage } from './citations.ts';
import { pathTo, showNewest, siblingsOfMessage } from './message-branches.ts';
import {
  appendMessage,
  endMessage,
  type FinishedAnswer,
  type NewMessage,
} from './message-writes.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from './pagination.ts';

export type MessagesRepository = ReturnType<typeof createMessagesRepository>;
/** A message as it is read: with its citations, and the ids of all replies to its parent. */
export type MessageWithCitations = Message & {
  citations: CitationWithMoment[];
  siblingIds: string[];
};
export type { FinishedAnswer, NewMessage };

/** Messages belong to the owner of their conversation. */
export function createMessagesRepository(db: Database) {
  const columns = {
    ...getTableColumns(messages),
    citations: citationsOfMessage,
    siblingIds: siblingsOfMessage,
  };
  const pageOfConversation = db
    .select(columns)
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(
      and(
        eq(conversations.userId, sql.placeholder('userId')),
        eq(messages.conversationId, sql.placeholder('conversationId')),
        messages.active,
        gt(messages.position, sql.placeholder('after')),
      ),
    )
    .orderBy(asc(messages.position))
    .limit(sql.placeholder('limit'))
    .prepare('messages_of_conversation');

  return { create, getById, getStatus, listByConversation, getLastN, listPath, activate, finish };

  /**
   * Adds a message, and makes it the end of what its conversation shows: of another branch only what
   * they share stays in sight.
   *
   * @param values without `parentId` it goes behind the last message, with null to the beginning
   * @returns the message, or undefined when the conversation or the parent in it is not the user's
   */
  async function create(userId: string, values: NewMessage): Promise<Message | undefined> {
    return db.transaction((tx) => appendMessage(tx, userId, values));
  }

  async function getById(userId: string, id: string): Promise<MessageWithCitations | undefined> {
    const [message] = await db
      .select(columns)
      .from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId))
      .where(and(eq(conversations.userId, userId), eq(messages.id, id)));
    return message;
  }

  /** Whether a message is still being written, and how it ended; without all that belongs to it. */
  async function getStatus(userId: string, id: string): Promise<Message['status'] | undefined> {
    const [message] = await db
      .select({ status: messages.status })
      .from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId))
      .where(and(eq(conversations.userId, userId), eq(messages.id, id)));
    return message?.status;
  }

  /** The messages that a conversation shows, in the order in which they were written. */
  async function listByConversation(
    userId: string,
    conversationId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<MessageWithCitations>> {
    // A position is a bigint.
    const after = numberAfter(cursor, Number.MAX_SAFE_INTEGER);
    const rows = await pageOfConversation.execute({
      userId,
      conversationId,
      after,
      limit: limit + 1,
    });
    return keyPage(rows, limit, (row) => row.position);
  }

  /** The last `count` messages that a conversation shows, the oldest of them first. */
  async function getLastN(
    userId: string,
    conversationId: string,
    count: number,
  ): Promise<Message[]> {
    const rows = await db
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId))
      .where(
        and(
          eq(conversations.userId, userId),
          eq(messages.conversationId, conversationId),
          messages.active,
        ),
      )
      .orderBy(desc(messages.position))
      .limit(count);
    return rows.reverse();
  }

  /**
   * The last messages on the way from the beginning of a conversation to one of its messages, the
   * oldest of them first, the message itself the last.
   */
  async function listPath(userId: string, id: string, count: number): Promise<Message[]> {
    const rows = await db
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId))
      .where(and(eq(conversations.userId, userId), sql`${messages.id} in ${pathTo(id, count)}`))
      .orderBy(desc(messages.position));
    return rows.reverse();
  }

  /**
   * Makes the branch that a message is on what its conversation shows, down to its newest message.
   *
   * @returns the message
   */
  async function activate(userId: string, id: string): Promise<MessageWithCitations | undefined> {
    return db.transaction(async (tx) => {
      const [owned] = await tx
        .select({ id: conversations.id })
        .from(conversations)
        .where(
          and(
            eq(conversations.userId, userId),
            sql`${conversations.id} = (select conversation_id from ${messages} where id = ${id})`,
          ),
        )
        .for('no key update');
      if (!owned) return undefined;
      await showNewest(tx, owned.id, id);
      return createMessagesRepository(tx).getById(userId, id);
    });
  }

  /**
   * Ends an answer that was being written, with its citations, in one transaction.
   *
   * @returns the stored message, or undefined when it is gone or was ended by someone else
   */
  async function finish(
    userId: string,
    id: string,
    answer: FinishedAnswer,
  ): Promise<MessageWithCitations | undefined> {
    return db.transaction(async (tx) => {
      if (!(await endMessage(tx, userId, id, answer))) return undefined;
      return createMessagesRepository(tx).getById(userId, id);
    });
  }
}
