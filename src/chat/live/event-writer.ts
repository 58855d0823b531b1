import type { MessageEventsRepository } from '../../repositories/message-events.ts';
import type { AnswerLog } from './answer-log.ts';
import { toRows } from './event-rows.ts';
import { repeatWhile } from './repeat.ts';

/** What a crash may lose of an answer. Shorter, and the database is asked more often for the same. */
const FLUSH_MS = 150;

/**
 * Stores the events of all answers that are being made, together: a statement for each event would be
 * thousands a second.
 *
 * @param report hears of what failed; it is tried again
 */
export function createEventWriter(
  messageEvents: MessageEventsRepository,
  report: (err: unknown) => void,
) {
  const logs = new Set<AnswerLog>();
  const flushes = repeatWhile(FLUSH_MS, () => logs.size > 0, flush);

  return {
    add(log: AnswerLog): void {
      logs.add(log);
      flushes.start();
    },
    /** Stores no more events of an answer. Resolves once none are on their way. */
    async remove(log: AnswerLog): Promise<void> {
      if (logs.delete(log)) await flushes.settled();
    },
  };

  async function flush(): Promise<void> {
    const taken = [...logs].map((log) => ({ log, last: log.last() }));
    const rows = taken.flatMap(({ log }) => toRows(log.messageId, log.unsaved()));
    if (rows.length === 0) return;
    try {
      const stored = await messageEvents.appendMany(rows);
      for (const { log, last } of taken) if (stored.has(log.messageId)) log.markSaved(last);
    } catch (err) {
      report(err);
    }
  }
}
