import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Repositories } from '../repositories/index.ts';
import { openEventStream } from './event-stream.ts';
import { keepAnswer } from './idempotency.ts';
import { toOpenAiError } from './openai-errors.ts';
import { toAppError } from './problems.ts';
import { withBeats, within } from './with-beats.ts';

/** How long a stream waits for its second chunk, with the first words, before it opens. */
const HEAD_START_MS = 2_000;

const DONE = '[DONE]';

type Dependencies = {
  repositories: Repositories;
  /** A comment after so long without a chunk keeps the way open. */
  config: { STREAM_HEARTBEAT_MS: number };
};

/**
 * Sends chunks as server-sent events, as fast as they are read. What goes wrong at once, also at the
 * model, is an answer with a status; later it is a last event with the error, and no `[DONE]`. The
 * stream is stored under its key when it is whole; of one that is not the key is free again.
 *
 * @throws whatever keeps the first two chunks from being made, if it does so soon
 */
export async function streamChunks(
  { repositories, config }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  chunks: AsyncGenerator<object, void>,
): Promise<void> {
  const begun = Promise.all([chunks.next(), chunks.next()]);
  await within(begun, HEAD_START_MS);
  reply.type('text/event-stream; charset=utf-8');
  const stream = openEventStream(request, reply, { statusCode: 200 });
  let body = '';
  let isWhole = false;
  for await (const event of withBeats(events(), config.STREAM_HEARTBEAT_MS)) {
    const text = event === undefined ? ': waiting\n\n' : `data: ${event}\n\n`;
    if (request.idempotencyKey !== null) body += text;
    isWhole = event === DONE;
    if (!(await stream.write(text))) break;
  }
  const answer = { statusCode: isWhole ? 200 : 500, contentType: 'text/event-stream', body };
  await keepAnswer(repositories, request, answer).catch((err) =>
    request.log.error({ err }, 'a stream could not be kept for its Idempotency-Key'),
  );
  await stream.end();

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
