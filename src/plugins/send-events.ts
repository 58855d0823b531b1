import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { openEventStream } from './event-stream.ts';
import { toAppError, toProblem } from './problems.ts';
import { watchPermission } from './watch-permission.ts';

/** An event. `text` is how it is sent, once somebody has written it down for all readers. */
export type SentEvent = { id: number; type: string; data: Record<string, unknown>; text?: string };

/** The events of one kind of stream. */
export type EventKind = {
  /** The schema of an event's data, by its name. */
  schemas: Readonly<Record<string, object>>;
  /** The events that nothing comes behind. */
  last: ReadonlySet<string>;
  /** The last one of a stream that ends before its time; its data is a problem. */
  interrupted: string;
};

/** What a reader takes: batches of events, until the signal is aborted. */
type EventSource = (signal: AbortSignal) => AsyncIterable<SentEvent[]>;

type Sending = { statusCode: number; after: number; events: EventSource; kept?: Promise<void> };

/**
 * Sends events as fast as the reader takes them: what it has not taken is not held for it.
 *
 * The stream ends with an event that is the last of its kind. Where the reader may read no longer, or
 * the source ends or fails before that, it is one that repeats the id before it, so that the rest can
 * be had from there.
 *
 * @param after the event before the first one
 * @param kept the last event of its kind waits for it: who has seen that may rely on what it keeps
 */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: EventKind,
  { statusCode, after, events, kept }: Sending,
): Promise<void> {
  const { raw } = reply;
  const stop = new AbortController();
  const { signal } = stop;
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve());
  const onClose = () => stop.abort();
  raw.once('close', onClose);
  const unwatch = watchPermission(request, stop);
  let last: SentEvent | undefined;
  let failure: AppError | undefined;
  const stream = openEventStream(request, reply, { statusCode, ending: signal });
  try {
    for await (const batch of events(signal)) {
      const end = batch.at(-1);
      if (kept && end && kind.last.has(end.type)) {
        await Promise.race([kept, stopped]);
        if (signal.aborted) break;
      }
      last = end ?? last;
      const text = batch.map((event) => textOf(kind, event, reply)).join('');
      if (!(await stream.write(text))) break;
    }
  } catch (err) {
    failure = toAppError(err);
    if (failure !== err) request.log.error({ err }, 'a stream broke off');
  } finally {
    unwatch();
  }
  if (!last || !kind.last.has(last.type)) {
    if (signal.reason instanceof AppError) failure = signal.reason;
    const problem = toProblem(failure ?? new AppError('unavailable'), request.id);
    const event = { id: last?.id ?? after, type: kind.interrupted, data: { problem } };
    await stream.write(textOf(kind, event, reply));
  }
  await stream.end();
  raw.off('close', onClose);
}

/** An event as it is sent. It is written down once, and then the same for every reader. */
export function textOf({ schemas }: EventKind, event: SentEvent, reply: FastifyReply): string {
  if (event.text === undefined) {
    // By the same schema as any other answer, so that what is in it is the same byte for byte.
    const schema: object = schemas[event.type] ?? {};
    const data = reply.serializeInput(event.data, schema as Record<string, unknown>);
    event.text = `id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`;
  }
  return event.text;
}
