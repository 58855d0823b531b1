import { setTimeout } from 'node:timers/promises';
import type { Database } from '../../db/client.ts';
import { AppError } from '../../errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import { LAST_EVENTS } from '../../schemas/message-events.ts';
import type { DescribeError } from '../ask.ts';
import { endOf } from '../end-answer.ts';
import type { NumberedEvent } from '../events.ts';
import type { AnswerLog, LoggedEvent } from './answer-log.ts';
import { closeAbandoned } from './close-abandoned.ts';
import { fromRow } from './event-rows.ts';
import type { LiveAnswers } from './live-answers.ts';

export type ReadDependencies = {
  db: Database;
  repositories: Repositories;
  liveAnswers: LiveAnswers;
};
export type Reading = {
  userId: string;
  messageId: string;
  /** The last event that is known already; 0 for none. */
  after: number;
  /** Ends the reading. */
  signal: AbortSignal;
  /** Ends the waiting for an answer that another process is making. */
  closing: AbortSignal;
  /** What an error is to this reader, should the event that told of it be gone. */
  describe: DescribeError;
};

/** Events that are taken at once: a reader that stalls holds no more than these. */
const BATCH = 100;
const ROWS = 50;

/** How often the database is asked for what another process writes. */
const POLL_MS = 250;

/** How often it is seen whether that process is gone. */
const CLOSE_MS = 3_000;

/**
 * The events of an answer behind one of them, to the last: from memory while it is made here, else as
 * they are stored.
 *
 * @returns batches of events, as fast as they are taken; without the last one only when a signal ended it
 */
export async function* readEvents(
  dependencies: ReadDependencies,
  reading: Reading,
): AsyncGenerator<LoggedEvent[]> {
  const { messageId, signal } = reading;
  const log = dependencies.liveAnswers.find(messageId);
  let { after } = reading;
  if (log) {
    for await (const events of fromLog(log, after, signal)) {
      yield events;
      after = events.at(-1)?.id ?? after;
      if (endsWith(events)) return;
    }
  }
  yield* fromDatabase(dependencies, { ...reading, after });
}

/** @returns once the log has no more, or is gone */
async function* fromLog(log: AnswerLog, from: number, signal: AbortSignal) {
  let after = from;
  let wake = () => {};
  const onChange = () => wake();
  const unlisten = log.listen(onChange);
  signal.addEventListener('abort', onChange);
  try {
    while (!signal.aborted) {
      const events = log.read(after, BATCH);
      if (!events) return;
      if (events.length > 0) {
        yield events;
        after = events.at(-1)?.id ?? after;
      } else if (log.hasEnded()) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    unlisten();
    signal.removeEventListener('abort', onChange);
  }
}

async function* fromDatabase(
  dependencies: ReadDependencies,
  { userId, messageId, after: from, signal, closing, describe }: Reading,
): AsyncGenerator<NumberedEvent[]> {
  const { messages, messageEvents } = dependencies.repositories;
  const either = AbortSignal.any([signal, closing]);
  let closeFrom = 0;
  for (let after = from; !signal.aborted; ) {
    // Read before the events, so that all of a message that has ended are found.
    const status = await messages.getStatus(userId, messageId);
    if (!status) return yield [lastEvent(after, describe)];
    const rows = await messageEvents.listFrom(userId, messageId, after + 1, ROWS);
    const events = rows.flatMap(fromRow).filter(({ id }) => id > after);
    if (events.length > 0) yield events;
    after = events.at(-1)?.id ?? after;
    if (endsWith(events)) return;
    if (rows.length === ROWS) continue;
    if (status !== 'streaming') {
      const message = await messages.getById(userId, messageId);
      if (!message) return yield [lastEvent(after, describe)];
      const { failure } = message.metadata;
      const end = endOf(message, new AppError(failure ?? 'internal'), describe);
      // Whoever had the last event gets it again, under its id and not under another one.
      const known = await messageEvents.listFrom(userId, messageId, after, 1);
      const had = known.flatMap(fromRow).some((event) => event.id === after && endsWith([event]));
      return yield [{ id: had ? after : after + 1, ...end }];
    }
    if (either.aborted) return;
    if (Date.now() >= closeFrom) {
      if (await closeAbandoned(dependencies, { userId, messageId })) continue;
      closeFrom = Date.now() + CLOSE_MS;
    }
    await setTimeout(POLL_MS, undefined, { signal: either }).catch(() => {});
  }
}

function endsWith(events: readonly NumberedEvent[]): boolean {
  const last = events.at(-1);
  return last !== undefined && LAST_EVENTS.has(last.type);
}

/** What a reader hears of a message that was deleted. */
function lastEvent(after: number, describe: DescribeError): NumberedEvent {
  const problem = describe(new AppError('not_found'));
  return { id: after + 1, type: 'message.failed', data: { problem } };
}
