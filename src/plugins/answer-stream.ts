import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PendingAnswer } from '../chat/ask.ts';
import type { ChatEvent, Emit } from '../chat/events.ts';
import type { StoredAnswer } from '../repositories/idempotency-keys.ts';
import { MESSAGE_EVENTS } from '../schemas/message-events.ts';
import { toAppError, toProblem } from './problems.ts';

/**
 * Makes an answer and sends what happens as server-sent events with rising ids. A caller that
 * leaves does not stop it: the answer is finished and stored all the same.
 *
 * @returns the stream as it was sent, for a replay under an Idempotency-Key; one that failed has the
 *   status that it would have had without a stream, so that it is not replayed
 */
export async function streamAnswer(
  pending: PendingAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<StoredAnswer> {
  const { sse } = reply;
  let body = '';
  let id = 0;
  let sent = Promise.resolve();
  const emit: Emit = (event) => {
    id += 1;
    // By the same schema as any other answer, so that a message is the same byte for byte.
    const schema: object = MESSAGE_EVENTS[event.type];
    const data = reply.serializeInput(dataOf(event, request.id), schema as Record<string, unknown>);
    const message = { id: String(id), event: event.type, data };
    body += `id: ${id}\nevent: ${event.type}\ndata: ${data}\n\n`;
    // One after the other; a connection that is gone is nothing to stop for.
    sent = sent
      .then(() => (sse.isConnected ? sse.send(message) : undefined))
      .catch((err: unknown) => request.log.info({ err }, 'a reader left the stream'));
  };
  sse.sendHeaders(201);
  let statusCode = 201;
  try {
    await pending.run(emit);
  } catch (err) {
    // It was told in the stream, which ended with `message.failed`.
    request.log.error({ err }, 'answer failed');
    statusCode = 500;
  }
  await sent;
  return { statusCode, contentType: 'text/event-stream', body };
}

function dataOf(event: ChatEvent, requestId: string): Record<string, unknown> {
  if (event.type === 'message.failed') {
    return { problem: toProblem(toAppError(event.error), requestId) };
  }
  const { type: _type, ...data } = event;
  return data;
}
