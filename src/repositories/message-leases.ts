import { and, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { conversations, messageLeases, messages } from '../db/schema/index.ts';

export type MessageLeasesRepository = ReturnType<typeof createMessageLeasesRepository>;

/** An answer that nobody writes any more. */
export type AbandonedAnswer = { userId: string; messageId: string };

/** A process that did not beat for this long is gone, or has lost the database. */
const STALE = sql`interval '15 seconds'`;

/** Which process is writing which answer. */
export function createMessageLeasesRepository(db: Database) {
  const isAbandoned = sql`(${messageLeases.messageId} is null
    or ${messageLeases.beatAt} < now() - ${STALE})`;
  return {
    create,
    beat,
    requestCancel,
    release,
    listAbandoned,
    listByWriter,
    listAll,
    lockAbandoned,
  };

  /** Notes who writes an answer, in the transaction that creates it. */
  async function create(userId: string, messageId: string, writer: string): Promise<void> {
    await db.insert(messageLeases).select(
      sql`select ${messages.id}, ${writer}, now(), null::timestamptz, null::timestamptz, now()
        from ${messages}
        join ${conversations} on ${conversations.id} = ${messages.conversationId}
        where ${conversations.userId} = ${userId} and ${messages.id} = ${messageId}`,
    );
  }

  /**
   * Says that a process still writes its answers.
   *
   * @returns those that are still its own, and whether each shall be cancelled
   */
  async function beat(
    writer: string,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; cancelled: boolean }[]> {
    return db
      .update(messageLeases)
      .set({ beatAt: sql`now()` })
      .where(
        // One parameter, however many there are. In order, like those who delete transcripts lock them.
        sql`${messageLeases.messageId} in (
          select l.message_id from ${messageLeases} as l
          where l.writer = ${writer} and l.message_id in (
            select jsonb_array_elements_text(${JSON.stringify(messageIds)}::text::jsonb)::uuid)
          order by l.message_id for no key update)`,
      )
      .returning({
        messageId: messageLeases.messageId,
        cancelled: sql<boolean>`${messageLeases.cancelRequestedAt} is not null`,
      });
  }

  /** Asks whoever writes an answer to stop. @returns whether anybody writes it */
  async function requestCancel(userId: string, messageId: string): Promise<boolean> {
    const rows = await db
      .update(messageLeases)
      .set({ cancelRequestedAt: sql`coalesce(${messageLeases.cancelRequestedAt}, now())` })
      .where(isOwned(userId, messageId))
      .returning({ messageId: messageLeases.messageId });
    return rows.length > 0;
  }

  /** Removes the lease of an answer, in the transaction that ends it. */
  async function release(userId: string, messageId: string): Promise<void> {
    await db.delete(messageLeases).where(isOwned(userId, messageId));
  }

  /**
   * Answers, of everybody, that a process left unfinished which is gone, by their ids.
   *
   * @param after the id of the last one that is known already
   */
  async function listAbandoned(limit: number, after?: string): Promise<AbandonedAnswer[]> {
    return streaming()
      .where(and(isAbandoned, after === undefined ? undefined : gt(messages.id, after)))
      .orderBy(messages.id)
      .limit(limit);
  }

  /** Answers, of everybody, that are said to be written by one process. */
  async function listByWriter(writer: string): Promise<AbandonedAnswer[]> {
    return streaming().where(eq(messageLeases.writer, writer));
  }

  /** All answers, of everybody, that have not ended. */
  async function listAll(): Promise<AbandonedAnswer[]> {
    return streaming();
  }

  /**
   * Locks an answer that is to be ended for its writer.
   *
   * @param writer whose answers count as left, whenever they were last beaten
   * @returns whether it is still unfinished, and nobody writes it
   */
  async function lockAbandoned(
    userId: string,
    messageId: string,
    writer: string | null = null,
  ): Promise<boolean> {
    const rows = await streaming()
      .where(
        and(
          eq(conversations.userId, userId),
          eq(messages.id, messageId),
          sql`(${isAbandoned} or ${messageLeases.writer} = ${writer})`,
        ),
      )
      .for('no key update', { of: messages });
    return rows.length > 0;
  }

  function streaming() {
    return db
      .select({ userId: conversations.userId, messageId: messages.id })
      .from(messages)
      .innerJoin(
        conversations,
        and(eq(conversations.id, messages.conversationId), eq(messages.status, 'streaming')),
      )
      .leftJoin(messageLeases, eq(messageLeases.messageId, messages.id))
      .$dynamic();
  }
}

function isOwned(userId: string, messageId: string) {
  return and(
    eq(messageLeases.messageId, messageId),
    sql`exists (select from ${messages}
      join ${conversations} on ${conversations.id} = ${messages.conversationId}
      where ${messages.id} = ${messageLeases.messageId} and ${conversations.userId} = ${userId})`,
  );
}
