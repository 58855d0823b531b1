import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoggedEvent } from '../chat/live/answer-log.ts';
import type { LiveAnswers } from '../chat/live/live-answers.ts';
import { AppError } from '../errors.ts';
import { LAST_EVENTS, MESSAGE_EVENTS } from '../schemas/message-events.ts';
import { toAppError, toProblem } from './problems.ts';
import type { App } from './types.ts';
import { watchPermission } from './watch-permission.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted once the server begins to close. */
    closing: AbortSignal;
  }
}

/** What a reader takes: batches of events, until one of the signals is aborted. */
type EventSource = (signal: AbortSignal) => AsyncIterable<LoggedEvent[]>;

/** A reader that takes nothing for this long is taken for gone; where it has to end, sooner. */
const STALLED_MS = 60_000;
const HURRIED_MS = 1_000;

/** What is held for a reader before it has to take some; the socket's own limit is four times as much. */
const HELD_BYTES = 16_384;

/** Ends answers and streams when the server closes: each with its last event. */
export function registerAnswerStreams(app: App, liveAnswers: LiveAnswers): void {
  const closing = new AbortController();
  app.decorate('closing', { getter: () => closing.signal });
  liveAnswers.reportTo((err, message) => app.log.error({ err }, message));
  app.addHook('preClose', async () => {
    closing.abort();
    await liveAnswers.close();
  });
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
  const hurries = [signal, request.server.closing];
  const onClose = () => stop.abort();
  raw.once('close', onClose);
  const unwatch = watchPermission(request, stop);
  let last: LoggedEvent | undefined;
  let failure: AppError | undefined;
  reply.header('cache-control', 'no-cache, no-transform');
  reply.sse.sendHeaders(statusCode);
  try {
    for await (const batch of events(signal)) {
      last = batch.at(-1) ?? last;
      if (!(await write(raw, batch.map((event) => textOf(event, reply)).join(''), hurries))) break;
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
    await write(raw, textOf({ id, type: 'message.failed', data: { problem } }, reply), hurries);
  }
  await end(raw, hurries);
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

/** @returns whether the reader takes more */
async function write(
  raw: ServerResponse,
  text: string,
  hurries: readonly AbortSignal[],
): Promise<boolean> {
  if (raw.destroyed || raw.writableEnded) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  raw.write(text, () => resolve());
  return raw.writableLength < HELD_BYTES || isTaken(raw, promise, hurries);
}

/** Ends a stream, and waits until the reader has all of it: what it leaves would keep a socket open. */
async function end(raw: ServerResponse, hurries: readonly AbortSignal[]): Promise<void> {
  if (raw.destroyed || raw.writableEnded) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  raw.end(() => resolve());
  await isTaken(raw, promise, hurries);
}

/**
 * Waits until a reader has taken what was written. One that does not is cut off.
 *
 * @param hurries aborted, they shorten the patience with it
 */
async function isTaken(
  raw: ServerResponse,
  taken: Promise<void>,
  hurries: readonly AbortSignal[],
): Promise<boolean> {
  const closed = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(timer);
    const limitMs = hurries.some(({ aborted }) => aborted) ? HURRIED_MS : STALLED_MS;
    timer = setTimeout(() => raw.destroy(), limitMs).unref();
  };
  wait();
  raw.once('close', closed.resolve);
  for (const hurry of hurries) hurry.addEventListener('abort', wait);
  await Promise.race([taken, closed.promise]);
  clearTimeout(timer);
  raw.off('close', closed.resolve);
  for (const hurry of hurries) hurry.removeEventListener('abort', wait);
  return !raw.destroyed;
}
