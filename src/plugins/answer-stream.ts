import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoggedEvent } from '../chat/live/answer-log.ts';
import type { LiveAnswers } from '../chat/live/live-answers.ts';
import { AppError } from '../errors.ts';
import { LAST_EVENTS, MESSAGE_EVENTS } from '../schemas/message-events.ts';
import { openEventStream } from './event-stream.ts';
import { toAppError, toProblem } from './problems.ts';
import type { App } from './types.ts';
import { watchPermission } from './watch-permission.ts';

/** What a reader takes: batches of events, until one of the signals is aborted. */
type EventSource = (signal: AbortSignal) => AsyncIterable<LoggedEvent[]>;

/** Ends answers when the server closes, and with them their streams: each with its last event. */
export function registerAnswerStreams(app: App, liveAnswers: LiveAnswers): void {
  liveAnswers.reportTo((err, message) => app.log.error({ err }, message));
  app.addHook('preClose', () => liveAnswers.close());
}

/**
 * Sends events as fast as the reader takes them: what it has not taken is not held for it.
 *
 * The stream ends with the last event of the answer. Where the reader may read no longer, or the
 * server closes before the answer of another one has ended, it ends with a `message.failed` that
 * repeats the id before it, so that the rest can be had from there.
 *
 * @param after the event before the first one
 */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { statusCode, after, events }: { statusCode: number; after: number; events: EventSource },
): Promise<void> {
  const { raw } = reply;
  const stop = new AbortController();
  const { signal } = stop;
  const onClose = () => stop.abort();
  raw.once('close', onClose);
  const unwatch = watchPermission(request, stop);
  let last: LoggedEvent | undefined;
  let failure: AppError | undefined;
  const stream = openEventStream(request, reply, { statusCode, ending: signal });
  try {
    for await (const batch of events(signal)) {
      last = batch.at(-1) ?? last;
      if (!(await stream.write(batch.map((event) => textOf(event, reply)).join('')))) break;
    }
  } catch (err) {
    request.log.error({ err }, 'a stream broke off');
    failure = toAppError(err);
  } finally {
    unwatch();
  }
  if (!last || !LAST_EVENTS.has(last.type)) {
    if (signal.reason instanceof AppError) failure = signal.reason;
    const id = last?.id ?? after;
    const problem = toProblem(failure ?? new AppError('unavailable'), request.id);
    await stream.write(textOf({ id, type: 'message.failed', data: { problem } }, reply));
  }
  await stream.end();
  raw.off('close', onClose);
}

/** An event as it is sent. It is written down once, and then the same for every reader. */
export function textOf(event: LoggedEvent, reply: FastifyReply): string {
  if (event.text === undefined) {
    // By the same schema as any other answer, so that a message is the same byte for byte.
    const schema: object = MESSAGE_EVENTS[event.type];
    const data = reply.serializeInput(event.data, schema as Record<string, unknown>);
    event.text = `id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`;
  }
  return event.text;
}
