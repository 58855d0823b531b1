import { setTimeout } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { isUnavailable } from '../db/errors.ts';
import { AppError } from '../errors.ts';
import { createRepositories } from '../repositories/index.ts';
import type { FinishedAnswer, MessageWithCitations } from '../repositories/messages.ts';
import type { Message } from '../schemas/messages.ts';
import type { DescribeError } from './ask.ts';
import type { ChatEvent } from './events.ts';
import { toRows } from './live/event-rows.ts';
import type { Making } from './live/live-answers.ts';
import { presentMessage } from './present-message.ts';
import { storeAnswer } from './store-answer.ts';

type Ending = {
  written: FinishedAnswer;
  /** What kept the answer from being made; undefined for one that is whole or was interrupted. */
  failure: unknown;
  making: Making;
  describe: DescribeError;
};

/** Between attempts to store an answer, while the database is restarted. */
const RETRIES_MS = [100, 500, 1_000, 2_000, 4_000];

/**
 * Stores an answer together with its last events, and tells of its end: whoever hears of it finds it
 * stored.
 *
 * @returns the message as it is stored
 * @throws the failure, or what kept the answer from being stored
 */
export async function endAnswer(
  { db }: { db: Database },
  userId: string,
  ending: Ending,
): Promise<Message> {
  const { failure, describe } = ending;
  const { log, seal } = ending.making;
  await seal();
  const end = await store(db, userId, ending).catch((error: unknown) => {
    // The message is left as it is, and closed when its lease runs out.
    log.append({ type: 'message.failed', data: { problem: describe(error) } });
    throw error;
  });
  if (!end) return endedElsewhere(db, userId, { log, describe });
  log.append(end.event);
  if (end.stored.status === 'failed') throw failure;
  return presentMessage(end.stored);
}

/** @returns what was stored, and the event that was stored with it; undefined for what had ended */
async function store(
  db: Database,
  userId: string,
  { written, failure, making: { log }, describe }: Ending,
): Promise<{ stored: MessageWithCitations; event: ChatEvent } | undefined> {
  for (const waitMs of [...RETRIES_MS, undefined]) {
    try {
      return await db.transaction(async (tx) => {
        const { messageEvents, messageLeases } = createRepositories(tx);
        const stored = await storeAnswer(tx, userId, log.messageId, written);
        if (!stored) return undefined;
        const event = endOf(stored, failure, describe);
        const events = [...log.unsaved(), { id: log.last() + 1, ...event }];
        await messageEvents.append(userId, toRows(log.messageId, events));
        await messageLeases.release(userId, log.messageId);
        return { stored, event };
      });
    } catch (error) {
      if (waitMs === undefined || !isUnavailable(error)) throw error;
      await setTimeout(waitMs);
    }
  }
}

/** Tells of the end that others gave an answer. @throws AppError `not_found` when it was deleted */
async function endedElsewhere(
  db: Database,
  userId: string,
  { log, describe }: Pick<Making, 'log'> & Pick<Ending, 'describe'>,
): Promise<Message> {
  const stored = await createRepositories(db).messages.getById(userId, log.messageId);
  const failure = stored ? undefined : new AppError('not_found');
  if (!stored) {
    log.append({ type: 'message.failed', data: { problem: describe(failure) } });
    throw failure;
  }
  log.append(endOf(stored, new AppError(stored.metadata.failure ?? 'internal'), describe));
  return presentMessage(stored);
}

/** The last event of a message that has ended. */
export function endOf(
  stored: MessageWithCitations,
  failure: unknown,
  describe: DescribeError,
): ChatEvent {
  if (stored.status === 'failed') {
    return { type: 'message.failed', data: { problem: describe(failure) } };
  }
  const type = stored.status === 'interrupted' ? 'message.interrupted' : 'message.completed';
  return { type, data: { message: presentMessage(stored) } };
}
