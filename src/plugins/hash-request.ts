import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { hashBytes } from '../transcripts/hash-bytes.ts';
import type { Steps } from '../transcripts/steps.ts';

/** Characters in a step. */
const STEP = 65_536;

/**
 * The SHA-256, in hex, of what makes two requests the same: method, URL, the form of the answer, and
 * the body as `JSON.stringify` writes it, with the hash of a file in its place.
 */
export function* hashRequest({
  method,
  url,
  headers,
  body,
}: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>): Steps<string> {
  const hash = createHash('sha256').update(`${method} ${url} ${headers.accept ?? ''}\n`);
  let text = '';
  yield* writeJson(body ?? null, (more) => {
    text += more;
    if (text.length < STEP) return false;
    hash.update(text);
    text = '';
    return true;
  });
  return hash.update(text).digest('hex');
}

/** Takes more of a text. @returns whether that was a step's work */
type Put = (text: string) => boolean;

/** @param value as deep as a body may be, which is not much */
function* writeJson(value: unknown, put: Put): Steps<void> {
  if (typeof value !== 'object' || value === null || isShort(value)) {
    if (typeof value === 'string' && value.length > STEP) yield* writeText(value, put);
    else if (put(JSON.stringify(value))) yield;
  } else if (value instanceof Uint8Array) {
    put(JSON.stringify(yield* hashBytes(value)));
  } else if (Array.isArray(value)) {
    yield* writeMembers(value.entries(), ['[', ']'], () => '', put);
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    yield* writeMembers(members, ['{', '}'], (key) => `${JSON.stringify(key)}:`, put);
  }
}

/** Whether it is quickly written at once; what says itself how it is written has to be. */
function isShort(value: object): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return false;
  if ('toJSON' in value && typeof value.toJSON === 'function') return true;
  let size = 0;
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) return false;
    if (typeof member === 'string') size += member.length;
  }
  return size <= STEP;
}

function* writeMembers<Key>(
  members: Iterable<[Key, unknown]>,
  [open, close]: readonly [string, string],
  nameOf: (key: Key) => string,
  put: Put,
): Steps<void> {
  let before = open;
  for (const [key, member] of members) {
    put(`${before}${nameOf(key)}`);
    yield* writeJson(member, put);
    before = ',';
  }
  put(before === ',' ? close : `${open}${close}`);
}

/** Where a text is cut is no middle of a pair of surrogates, which would be written otherwise. */
function* writeText(text: string, put: Put): Steps<void> {
  put('"');
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + STEP;
    if (/[\udc00-\udfff]/.test(text.charAt(end))) end -= 1;
    if (put(JSON.stringify(text.slice(start, end)).slice(1, -1))) yield;
  }
  put('"');
}
