import { isUtf8 } from 'node:buffer';
import { AppError } from '../errors.ts';
import { hasDuplicateKeys } from './duplicate-keys.ts';
import type { App } from './types.ts';

const MAX_DEPTH = 32;
const MAX_KEYS = 2_000;

/**
 * Reads JSON bodies, and refuses what would break something behind: other encodings, deep or wide
 * values, and text that PostgreSQL cannot store.
 */
export function registerJsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const refuse = (detail: string) => done(new AppError('malformed_request', detail));
    if (typeof body === 'string' || !isUtf8(body)) return refuse('The body is not valid UTF-8.');
    if (body.length === 0) return refuse('The body is empty, and JSON was expected.');
    const text = body.toString('utf8');
    if (text.startsWith('\uFEFF')) return refuse('The body begins with a byte order mark.');
    parse(request, text, (error, value) => {
      if (error) done(error);
      else if (hasDuplicateKeys(text, value)) refuse('An object has the same key twice.');
      else done(null, value);
    });
  });
  app.addHook('preValidation', async (request) => {
    if (request.body !== undefined && request.body !== null) checkValue(request.body);
    checkValue(request.query);
  });
}

/**
 * Refuses values that are too deep or wide, and text that PostgreSQL cannot store. It walks without
 * recursion: a 10 KB body can be 5,000 levels deep.
 *
 * @throws AppError `malformed_request`
 */
export function checkValue(root: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') checkText(value);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (depth >= MAX_DEPTH) {
      throw new AppError('malformed_request', `The body is more than ${MAX_DEPTH} levels deep.`);
    }
    const isArray = Array.isArray(value);
    const entries = Object.entries(value);
    if (!isArray && entries.length > MAX_KEYS) {
      throw new AppError('malformed_request', `An object has more than ${MAX_KEYS} keys.`);
    }
    for (const [key, child] of entries) {
      if (!isArray) checkText(key);
      open.push({ value: child, depth: depth + 1 });
    }
  }
}

function checkText(text: string): void {
  if (text.includes('\0')) throw new AppError('malformed_request', 'Text holds a NUL character.');
  if (!text.isWellFormed()) {
    throw new AppError('malformed_request', 'Text holds half of a surrogate pair.');
  }
}
