import { setTimeout } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Message } from '../schemas/messages.ts';
import { closeAbandoned } from './live/close-abandoned.ts';
import type { ReadDependencies } from './live/read-events.ts';
import { presentMessage } from './present-message.ts';

/** How long another process may take to hear of it and to store what it has. */
const PATIENCE_MS = 10_000;
const POLL_MS = 100;

/**
 * Stops an answer that is being written, in whatever process that is.
 *
 * @returns the message with what was written; complete, when its end was faster
 * @throws AppError `not_found`; `not_streaming` for a message that is not being written;
 *   `unavailable` when its process does not answer
 */
export async function cancelAnswer(
  dependencies: ReadDependencies,
  userId: string,
  messageId: string,
): Promise<Message> {
  const { repositories, liveAnswers } = dependencies;
  const { messages, messageLeases } = repositories;
  let message = await messages.getById(userId, messageId);
  if (!message) throw new AppError('not_found');
  if (message.status !== 'streaming') throw new AppError('not_streaming');
  // An id may be written in upper case.
  if (!(await liveAnswers.cancel(message.id))) await messageLeases.requestCancel(userId, messageId);
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    message = await messages.getById(userId, messageId);
    if (!message) throw new AppError('not_found');
    if (message.status !== 'streaming') return presentMessage(message);
    if (Date.now() > until) throw new AppError('unavailable');
    if (await closeAbandoned(dependencies, { userId, messageId })) continue;
    await setTimeout(POLL_MS);
  }
}
