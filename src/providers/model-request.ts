import http from 'node:http';
import https from 'node:https';
import { AppError } from '../errors.ts';
import { modelFailed, modelTimeout, ProviderFault } from './model-errors.ts';
import type { RequestBody } from './request-body.ts';
import { readRetryAfter } from './retry-after.ts';

/** What is kept of an answer that is an error, in bytes. */
const ERROR_BYTES = 16_384;

type ModelEndpoint = {
  url: URL;
  /** With the key. */
  headers: Record<string, string>;
  agent: http.Agent;
  /** From sending the request to the first byte of the answer's body, in ms. */
  firstByteTimeoutMs: number;
  /** What must not come into the log, such as the key. */
  secrets: readonly string[];
};

/** An answer that has begun. */
export type BegunAnswer = {
  first: IteratorResult<Buffer, unknown>;
  rest: AsyncIterator<Buffer, unknown>;
  /** Ends the connection, unless all was received. */
  close: () => void;
};

/** The connections that are kept between requests. */
export function createAgent(url: URL): http.Agent {
  return new (url.protocol === 'https:' ? https : http).Agent({ keepAlive: true });
}

/**
 * Sends one request, and waits for the first bytes of its answer. Redirects are not followed: the
 * key is for this server alone.
 *
 * @param signal ends the connection, also later, while the answer is read
 * @throws ProviderFault; AppError `model_timeout`, `model_failed`; the signal's reason once aborted
 */
export async function beginAnswer(
  endpoint: ModelEndpoint,
  body: RequestBody,
  signal: AbortSignal,
): Promise<BegunAnswer> {
  signal.throwIfAborted();
  const { firstByteTimeoutMs } = endpoint;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(modelTimeout('to begin its answer', firstByteTimeoutMs));
  }, firstByteTimeoutMs);
  let response: http.IncomingMessage | undefined;
  try {
    response = await send(endpoint, body, AbortSignal.any([signal, late.signal]));
    const { statusCode: status = 0, headers } = response;
    if (status < 200 || status > 299) throw await readFault(response, endpoint.secrets);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw modelFailed(`an answer in the encoding ${encoding}`);
    const rest: AsyncIterator<Buffer, unknown> = response[Symbol.asyncIterator]();
    const first = await rest.next();
    return { first, rest, close: () => response?.destroy() };
  } catch (cause) {
    response?.destroy();
    signal.throwIfAborted();
    late.signal.throwIfAborted();
    if (cause instanceof ProviderFault || cause instanceof AppError) throw cause;
    throw new ProviderFault('no connection, or it broke off before anything came', { cause });
  } finally {
    clearTimeout(timer);
  }
}

function send(
  { url, headers, agent }: ModelEndpoint,
  { contentType, bytes }: RequestBody,
  signal: AbortSignal,
) {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise<http.IncomingMessage>((resolve, reject) => {
    request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType, 'content-length': bytes.length },
      agent,
      signal,
    })
      .once('response', resolve)
      .on('error', reject)
      .end(bytes);
  });
}

async function readFault(
  response: http.IncomingMessage,
  secrets: readonly string[],
): Promise<ProviderFault> {
  const { statusCode: status = 0, headers } = response;
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response) {
      parts.push(part);
      length += part.length;
      if (length > ERROR_BYTES) break;
    }
  } catch {
    // What came of it has to do; the status says the most.
  }
  const said = Buffer.concat(parts).subarray(0, ERROR_BYTES).toString('utf8');
  const safe = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), said);
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  return new ProviderFault(`status ${status}: ${safe}`, { status, retryAfterMs });
}
