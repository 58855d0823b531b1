import http from 'node:http';
import https from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../errors.ts';
import { readRetryAfter } from './retry-after.ts';

export type SourceRequest = {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
};

/** One answer, with where it redirects to. */
export type RawAnswer<Body = Uint8Array> = AnswerHead & { body: Body };

/** What is known before the body is read. */
export type AnswerHead = {
  status: number;
  mediaType: string;
  location: string | undefined;
  /** How long it asks to wait, in ms. */
  retryAfterMs: number | undefined;
};

/** Makes something of a body, which is decoded while it arrives; it is read to its end or given up. */
export type ReadBody<Body> = (body: AsyncIterable<Uint8Array>, head: AnswerHead) => Promise<Body>;

/** Nothing that the caller sends, and nothing that says who this server is. */
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Parley' };

// Some servers send what they have, whatever was asked for.
const DECODERS: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * One request and its answer, on a connection of its own to one of `addresses`; the host's name is
 * not looked up again.
 *
 * @param maxBytes the largest body, counted while it arrives and as it is decoded
 * @throws AppError `source_too_large`, or `source_unreadable` when the connection fails; the
 * signal's reason once it is aborted; what `read` throws, where that is an AppError
 */
export async function askOnce<Body>(
  url: URL,
  addresses: readonly string[],
  { method = 'GET', headers = {}, body, signal }: SourceRequest,
  maxBytes: number,
  read: ReadBody<Body>,
): Promise<RawAnswer<Body>> {
  const destroyed = new AbortController();
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const { request } = url.protocol === 'https:' ? https : http;
      request(url, {
        method,
        headers: { ...HEADERS, ...headers },
        // A connection that is kept could lead elsewhere than what was checked.
        agent: false,
        lookup: only(addresses),
        signal: AbortSignal.any([destroyed.signal, ...(signal ? [signal] : [])]),
      })
        .once('response', resolve)
        .on('error', reject)
        .end(body);
    });
    const { statusCode: status = 0, headers: given } = response;
    const mediaType = (given['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const retryAfterMs = readRetryAfter(given['retry-after']);
    const head = { status, mediaType, location: given.location, retryAfterMs };
    return { ...head, body: await read(decoded(response, maxBytes), head) };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof AppError) throw cause;
    throw new AppError('source_unreadable', 'The source could not be reached, or broke off.', {
      cause,
    });
  } finally {
    destroyed.abort();
  }
}

/** All of a body. */
export async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

async function* decoded(
  response: http.IncomingMessage,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  const decoder = DECODERS[encoding]?.();
  if (!decoder && encoding !== 'identity') {
    throw new AppError('source_unreadable', 'The source answers in an encoding nobody asked for.');
  }
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (decoder) response.on('error', (error) => decoder.destroy(error)).pipe(decoder);
  let length = 0;
  for await (const part of decoder ?? response) {
    length += part.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield part;
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('source_too_large', `The source sends more than ${maxBytes} bytes.`);
}

/** A resolver that knows these addresses and nothing else. */
function only(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, { all }, callback) => {
    const [first] = known;
    if (all) callback(null, known);
    else if (first) callback(null, first.address, first.family);
  };
}
