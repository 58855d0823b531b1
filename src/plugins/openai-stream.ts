import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Repositories } from '../repositories/index.ts';
import { openEventStream } from './event-stream.ts';
import { keepAnswer } from './idempotency.ts';
import { toOpenAiError } from './openai-errors.ts';
import { toAppError } from './problems.ts';
import { withBeats, within } from './with-beats.ts';

/** How long a stream waits for its second chunk, with the first words, before it opens. */
const HEAD_START_MS = 2_000;

/** An event as it is sent; `ends` is the status of the stream that ends with it. */
type StreamEvent = { data: string; ends?: 200 | 500 };

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
  const keep = (statusCode: number) =>
    keepAnswer(repositories, request, {
      statusCode,
      contentType: 'text/event-stream',
      body,
    }).catch((err) =>
      request.log.error({ err }, 'a stream could not be kept for its Idempotency-Key'),
    );
  for await (const event of withBeats(events(), config.STREAM_HEARTBEAT_MS)) {
    const text = event === undefined ? ': waiting\n\n' : `data: ${event.data}\n\n`;
    if (request.idempotencyKey !== null) body += text;
    // Whoever has the last event may ask again at once: clients do not wait for what is behind it.
    if (event?.ends) await keep(event.ends);
    if (!(await stream.write(text))) break;
  }
  // Of one whose client has left, too.
  await keep(500);
  await stream.end();

  async function* events(): AsyncGenerator<StreamEvent> {
    try {
      for (const first of await begun) if (!first.done) yield { data: JSON.stringify(first.value) };
      for await (const chunk of chunks) yield { data: JSON.stringify(chunk) };
      yield { data: '[DONE]', ends: 200 };
    } catch (error) {
      // A caller that has left is no failure.
      if (!reply.raw.destroyed) request.log.error({ err: error }, 'a completion failed');
      yield { data: JSON.stringify(toOpenAiError(toAppError(error))), ends: 500 };
    } finally {
      await chunks.return();
    }
  }
}
