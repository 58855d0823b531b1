import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { conversations, type MessageEvent, messageEvents, messages } from '../db/schema/index.ts';

export type MessageEventsRepository = ReturnType<typeof createMessageEventsRepository>;
export type EventRow = Omit<MessageEvent, 'createdAt'>;

/** Nobody resumes a stream a day later; the message itself stays. */
const KEPT = sql`interval '1 day'`;

/** Messages whose events are removed by one statement. */
const BATCH = 100;

/** What was told of answers while they were made. */
export function createMessageEventsRepository(db: Database) {
  const page = db
    .select({
      sequence: messageEvents.sequence,
      type: messageEvents.type,
      data: messageEvents.data,
    })
    .from(messageEvents)
    .innerJoin(messages, eq(messages.id, messageEvents.messageId))
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(
      and(
        eq(conversations.userId, sql.placeholder('userId')),
        eq(messageEvents.messageId, sql.placeholder('messageId')),
        // The row of a run has the number of its first event.
        gte(
          messageEvents.sequence,
          sql`coalesce((select max(sequence) from ${messageEvents} where
            message_id = ${sql.placeholder('messageId')} and
            sequence <= ${sql.placeholder('from')}), 0)`,
        ),
      ),
    )
    .orderBy(asc(messageEvents.sequence))
    .limit(sql.placeholder('limit'))
    .prepare('events_of_message');

  return { append, appendMany, listFrom, deleteExpired };

  /** Adds events to a message; its row must be locked. */
  async function append(userId: string, rows: readonly EventRow[]): Promise<void> {
    await insert(
      rows,
      sql`join ${conversations} as c on c.id = m.conversation_id and c.user_id = ${userId}`,
    );
  }

  /**
   * Adds events to messages of anybody that are being written. Those that are just being ended or
   * deleted are passed over: waiting for them would hold up all others.
   *
   * @returns the messages whose events are stored
   */
  async function appendMany(rows: readonly EventRow[]): Promise<Set<string>> {
    const stored = await insert(rows, sql`where m.status = 'streaming' for share of m skip locked`);
    return new Set(stored.map(({ messageId }) => messageId));
  }

  function insert(rows: readonly EventRow[], rest: ReturnType<typeof sql>) {
    const given = JSON.stringify(
      rows.map(({ messageId, ...row }) => ({ message_id: messageId, ...row })),
    );
    return (
      db
        .insert(messageEvents)
        .select(
          sql`select e.message_id, e.sequence, e.type, e.data, now()
            from jsonb_to_recordset(${given}::text::jsonb)
              as e (message_id uuid, sequence integer, type text, data jsonb)
            join ${messages} as m on m.id = e.message_id ${rest}`,
        )
        // Rows whose first writing seemed to fail are written again, perhaps with more in a run.
        .onConflictDoUpdate({
          target: [messageEvents.messageId, messageEvents.sequence],
          set: { type: sql`excluded.type`, data: sql`excluded.data` },
        })
        .returning({ messageId: messageEvents.messageId })
    );
  }

  /** The rows of a message from the one that holds the event `from`, in their order. */
  async function listFrom(
    userId: string,
    messageId: string,
    from: number,
    limit: number,
  ): Promise<Omit<EventRow, 'messageId'>[]> {
    return page.execute({ userId, messageId, from, limit });
  }

  /** Removes the events of messages that are older than a day, of everybody. @returns of how many */
  async function deleteExpired(): Promise<number> {
    for (let removed = 0; ; ) {
      const ids = await listExpired(BATCH);
      await db.delete(messageEvents).where(inArray(messageEvents.messageId, ids));
      removed += ids.length;
      if (ids.length < BATCH) return removed;
    }
  }

  /** Messages whose events are not kept any longer, and still there. */
  async function listExpired(limit: number): Promise<string[]> {
    const rows = await db
      .selectDistinct({ id: messages.id })
      .from(messages)
      .innerJoin(messageEvents, eq(messageEvents.messageId, messages.id))
      .where(sql`${messages.createdAt} < now() - ${KEPT} and ${messages.status} <> 'streaming'`)
      .limit(limit);
    return rows.map(({ id }) => id);
  }
}
