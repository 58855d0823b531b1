import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveAnswer } from '../chat/live/live-answers.ts';
import { type Reading, readEvents } from '../chat/live/read-events.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { allowSilence } from '../plugins/allow-silence.ts';
import { ANSWER_EVENTS } from '../plugins/answer-stream.ts';
import { principalOf } from '../plugins/authentication.ts';
import { keepAnswer } from '../plugins/idempotency.ts';
import { describeFor } from '../plugins/problems.ts';
import { sendEvents, textOf } from '../plugins/send-events.ts';
import { MAX_EVENT_ID } from '../schemas/message-events.ts';
import type { Message } from '../schemas/messages.ts';

/** Answers with a message that is being made: as its events, or as a whole when it is done. */
export async function sendAnswer(
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: LiveAnswer,
): Promise<Message | undefined> {
  if (!reply.sse) {
    allowSilence(reply, dependencies.config.ANSWER_TIMEOUT_MS);
    reply.code(201);
    return answer.done;
  }
  // Its reader is told by the last event, and by no more than it may know.
  answer.done.catch((err: unknown) => request.log.error({ err }, 'answer failed'));
  const kept = keepStream(dependencies, request, reply, answer);
  const { messageId } = answer.log;
  await sendReading(dependencies, request, reply, 201, { messageId, after: 0 }, kept);
  // Its reader may have left.
  await kept;
  return undefined;
}

/** Keeps the whole stream under the request's Idempotency-Key: its reader may leave and ask again. */
async function keepStream(
  { repositories }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, done }: LiveAnswer,
): Promise<void> {
  if (request.idempotencyKey === null) return;
  // One that failed is not replayed.
  const statusCode = await done.then(
    () => 201,
    () => 500,
  );
  const events = log.read(0, Number.POSITIVE_INFINITY) ?? [];
  const body = events.map((event) => textOf(ANSWER_EVENTS, event, reply)).join('');
  const contentType = 'text/event-stream';
  await keepAnswer(repositories, request, { statusCode, contentType, body }).catch((err) =>
    request.log.error({ err }, 'a stream could not be kept for its Idempotency-Key'),
  );
}

/**
 * Sends the events of an answer behind one of them, until its last one.
 *
 * @param kept the last event waits for it
 */
export function sendReading(
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  statusCode: number,
  reading: Pick<Reading, 'messageId' | 'after'>,
  kept?: Promise<void>,
): Promise<void> {
  const { userId } = principalOf(request);
  const { closing } = request.server;
  const describe = describeFor(request);
  return sendEvents(request, reply, ANSWER_EVENTS, {
    statusCode,
    after: reading.after,
    ...(kept && { kept }),
    events: (signal) => readEvents(dependencies, { ...reading, userId, signal, closing, describe }),
  });
}

/** What a reader has seen last. @throws AppError `malformed_request` for an id that is none of ours */
export function lastEventId({ headers }: FastifyRequest): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const id = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : undefined;
  if (id === undefined || id > MAX_EVENT_ID) {
    throw new AppError('malformed_request', 'Last-Event-ID: the id of an event.');
  }
  return id;
}
