import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request says; what it has beside this is there as well. */
export type ModelServerBody = {
  model?: string;
  messages?: { role: string; content: string }[];
  stream?: boolean;
  input?: string | string[];
  encoding_format?: string;
  [name: string]: unknown;
};

/** A request that a scripted server got. */
export type RecordedRequest = {
  path: string;
  /** The caller's port, which tells its connections apart. */
  port: number | undefined;
  headers: IncomingMessage['headers'];
  body: ModelServerBody;
  /** When it had come, in ms since 1970. */
  at: number;
  /** When its answer had been sent or its connection was gone; undefined until then. */
  closedAt: number | undefined;
  /** Whether the whole answer was sent. */
  answered: boolean;
  /** Resolves when `closedAt` is known. */
  closed: Promise<void>;
};

/** Notes a request, and the end of its answer as soon as it comes. */
export function record(
  { url: path = '', headers, socket }: IncomingMessage,
  response: ServerResponse,
  sent: string,
): RecordedRequest {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const body: ModelServerBody = sent === '' ? {} : JSON.parse(sent);
  const noted: RecordedRequest = {
    ...{ path, headers, port: socket.remotePort, body, closed },
    ...{ at: Date.now(), closedAt: undefined, answered: false },
  };
  response.once('close', () => {
    noted.closedAt = Date.now();
    noted.answered = response.writableFinished;
    resolve();
  });
  return noted;
}
