import { LAST_EVENTS } from '../../schemas/message-events.ts';
import type { ChatEvent, NumberedEvent } from '../events.ts';

/** An event in the log. `text` is how it is sent, once somebody has written it down for all readers. */
export type LoggedEvent = NumberedEvent & { text?: string };
export type AnswerLog = ReturnType<typeof createAnswerLog>;

/**
 * What happened so far while an answer is made. Readers take from it at their own pace: nothing is
 * queued for them, so that one who stalls costs nothing but a place in the log.
 */
export function createAnswerLog(messageId: string) {
  const listeners = new Set<() => void>();
  let events: LoggedEvent[] = [];
  let saved = 0;
  let ended = false;
  let dropped = false;

  return {
    messageId,
    append,
    read,
    listen,
    unsaved: (): LoggedEvent[] => events.slice(saved),
    /** Notes that all events up to an id are stored. */
    markSaved(id: number): void {
      saved = Math.max(saved, id);
    },
    /** The id of the last event; 0 before the first. */
    last: (): number => events.length,
    hasEnded: (): boolean => ended,
    /** Forgets everything, once it is stored; who is not through reads on in the database. */
    drop(): void {
      events = [];
      dropped = true;
      wake();
    },
  };

  /** Adds an event; nothing is added behind the end. */
  function append({ type, data }: ChatEvent): void {
    if (ended) return;
    events.push({ id: events.length + 1, type, data });
    ended = LAST_EVENTS.has(type);
    wake();
  }

  /**
   * @param after the last event that is known already
   * @returns at most `limit` events behind it; undefined when the log is no longer there
   */
  function read(after: number, limit: number): LoggedEvent[] | undefined {
    return dropped ? undefined : events.slice(after, after + limit);
  }

  /** Calls `listener` whenever there is more to read. @returns what ends that */
  function listen(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  function wake(): void {
    for (const listener of listeners) listener();
  }
}
