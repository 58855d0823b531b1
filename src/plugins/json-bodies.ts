import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { Steps } from '../transcripts/steps.ts';
import { checkValue } from './check-value.ts';
import { countKeysOfText } from './count-keys.ts';
import type { App } from './types.ts';

/**
 * Reads JSON bodies, and refuses what would break something behind: other encodings, keys that are
 * there twice, and what `checkValue` finds. The body is parsed in one piece, and checked in slices.
 */
export function registerJsonBodies(app: App): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseBody);
  app.addHook('preValidation', async (request) => {
    await inSlices(checkValue(request.query));
  });
}

const parseBody = (_request: FastifyRequest, body: Buffer) => inSlices(readJson(body));

function* readJson(body: Buffer): Steps<unknown> {
  const text = readText(body);
  yield;
  const value = parse(text);
  yield;
  if ((yield* checkValue(value)) === (yield* countKeysOfText(text))) return value;
  throw refusal('An object has the same key twice.');
}

function readText(body: Buffer): string {
  if (!isUtf8(body)) throw refusal('The body is not valid UTF-8.');
  if (body.length === 0) throw refusal('The body is empty, and JSON was expected.');
  const text = body.toString('utf8');
  if (text.startsWith('\uFEFF')) throw refusal('The body begins with a byte order mark.');
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('malformed_request', 'The body is not valid JSON.', { cause });
  }
}

function refusal(detail: string): AppError {
  return new AppError('malformed_request', detail);
}
