import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { keepAnswer } from './idempotency.ts';
import { toOpenAiError } from './openai-errors.ts';
import { toAppError } from './problems.ts';
import { withBeats, within } from './with-beats.ts';

/** How long a stream waits for its second chunk, with the first words, before it opens. */
const HEAD_START_MS = 2_000;
/** How long a reader may take nothing. The model waits for it, and a socket's buffer is all it costs. */
const STALL_MS = 60_000;

const DONE = '[DONE]';

type Dependencies = {
  repositories: Repositories;
  /** A comment after so long without a chunk keeps the way open. */
  config: { STREAM_HEARTBEAT_MS: number };
};

/**
 * Sends chunks as server-sent events, as fast as they are read. What goes wrong at once, also at the
 * model, is an answer with a status; later it is a last event with the error, and no `[DONE]`.
 *
 * @throws whatever keeps the first two chunks from being made, if it does so soon
 */
export async function streamChunks(
  { repositories, config }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  chunks: AsyncGenerator<object, void>,
): Promise<FastifyReply> {
  const begun = Promise.all([chunks.next(), chunks.next()]);
  await within(begun, HEAD_START_MS);
  // A stream that nobody begins to read would never end either.
  if (reply.raw.destroyed) throw new AppError('unavailable', 'The caller has left.');
  // The stream is stored under its key when it is whole, not when it begins.
  const { idempotencyKey } = request;
  request.idempotencyKey = null;
  reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-cache, no-transform');
  return reply.send(Readable.from(write(), { highWaterMark: 1 }));

  async function* write(): AsyncGenerator<string> {
    let body = '';
    let isWhole = false;
    try {
      for await (const event of withBeats(events(), config.STREAM_HEARTBEAT_MS)) {
        const text = event === undefined ? ': waiting\n\n' : `data: ${event}\n\n`;
        if (idempotencyKey !== null) body += text;
        isWhole ||= event === DONE;
        const stalled = setTimeout(() => reply.raw.destroy(), STALL_MS);
        try {
          yield text;
        } finally {
          clearTimeout(stalled);
        }
      }
    } finally {
      request.idempotencyKey = idempotencyKey;
      const statusCode = isWhole ? 200 : 500;
      await keepAnswer(repositories, request, {
        statusCode,
        contentType: 'text/event-stream',
        body,
      });
    }
  }

  async function* events(): AsyncGenerator<string> {
    try {
      for (const first of await begun) if (!first.done) yield JSON.stringify(first.value);
      for await (const chunk of chunks) yield JSON.stringify(chunk);
      yield DONE;
    } catch (error) {
      // A caller that has left is no failure.
      if (!reply.raw.destroyed) request.log.error({ err: error }, 'a completion failed');
      yield JSON.stringify(toOpenAiError(toAppError(error)));
    } finally {
      await chunks.return();
    }
  }
}
