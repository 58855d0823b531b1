import type { ServerResponse } from 'node:http';
import { fastifySSE } from '@fastify/sse';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './types.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted once the server begins to close. */
    closing: AbortSignal;
  }
}

/** Server-sent events on their way to one reader. Nothing is held for it that it has not taken. */
export type OpenStream = {
  /** @returns whether the reader takes more */
  write(text: string): Promise<boolean>;
  /** Ends the stream, and waits until the reader has all of it: what it leaves would keep a socket open. */
  end(): Promise<void>;
};

/** A reader that takes nothing for this long is taken for gone; where it has to end, sooner. */
const STALLED_MS = 60_000;
const HURRIED_MS = 1_000;

/** What is held for a reader before it has to take some; the socket's own limit is four times as much. */
const HELD_BYTES = 16_384;

/**
 * Lets routes answer with events, by `sse`.
 *
 * @param heartbeatInterval a comment after so many ms keeps the way open
 */
export async function registerEventStreams(app: App, heartbeatInterval: number): Promise<void> {
  // Events are written by the schemas of their data, so that what comes here is text.
  await app.register(fastifySSE, { heartbeatInterval, serializer: String });
  const closing = new AbortController();
  app.decorate('closing', { getter: () => closing.signal });
  app.addHook('preClose', async () => closing.abort());
}

/**
 * Answers with a stream of server-sent events, of a route that has `sse`. From here on a failure can
 * only be told by an event.
 *
 * @param ending aborted, it shortens the patience with a reader, as a server does that closes
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { statusCode, ending }: { statusCode: number; ending?: AbortSignal },
): OpenStream {
  const { raw } = reply;
  const hurries = [request.server.closing, ...(ending ? [ending] : [])];
  reply.header('cache-control', 'no-cache, no-transform');
  reply.sse.sendHeaders(statusCode);
  return { write, end };

  async function write(text: string): Promise<boolean> {
    if (raw.destroyed || raw.writableEnded) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    raw.write(text, () => resolve());
    return raw.writableLength < HELD_BYTES || isTaken(raw, promise, hurries);
  }

  async function end(): Promise<void> {
    if (raw.destroyed || raw.writableEnded) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    raw.end(() => resolve());
    await isTaken(raw, promise, hurries);
  }
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
