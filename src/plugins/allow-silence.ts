import { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** What it takes to store an answer, and to send it. */
const GRACE_MS = 30_000;

/**
 * Keeps a connection open on which nothing is sent until the whole answer is there: it would else
 * be taken for dead. The next request on it has the server's time-out again.
 *
 * @param workMs the longest that the answer takes, in milliseconds
 */
export function allowSilence({ raw: { socket } }: FastifyReply, workMs: number): void {
  // A request that is injected by a test has no such socket.
  if (socket instanceof Socket) socket.setTimeout(workMs + GRACE_MS);
}
