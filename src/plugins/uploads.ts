import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { AppError, invalidValue } from '../errors.ts';
import { atOnce } from '../transcripts/steps.ts';
import { checkValue } from './check-value.ts';
import type { App } from './types.ts';

/** Fields beside the file, and the longest of them. */
const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 100_000;

/** Fields that are more than text. */
const JSON_FIELDS = new Set(['metadata', 'chapters', 'activate']);

/** Lets forms in, within the limits of size and number. */
export async function registerUploads(app: App, config: Config): Promise<void> {
  await app.register(multipart, {
    limits: {
      fileSize: config.UPLOAD_LIMIT_BYTES,
      files: 1,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      parts: MAX_FIELDS + 1,
    },
  });
}

/**
 * Reads a form with one file into a body like that of a JSON request, so that a schema can check
 * it: each field as text, but for those that hold JSON, the file's bytes as `file`, and its name
 * as `fileName`.
 */
export async function readUpload(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) {
    // Fastify checks a body by the schema of its content type: without a type it checks nothing.
    if (request.body == null) throw new AppError('malformed_request', 'A body was expected.');
    return;
  }
  try {
    request.body = await readForm(request);
  } catch (cause) {
    dropRest(request);
    // The parser has no status for a form that is malformed or cut off.
    if (cause instanceof AppError || (cause instanceof Error && 'statusCode' in cause)) throw cause;
    throw new AppError('malformed_request', 'The form could not be read.', { cause });
  }
  atOnce(checkValue(request.body));
}

/** What is still to come of a form that is refused: as long as somebody is to read it, nothing else comes. */
export function dropRest({ raw }: FastifyRequest): void {
  raw.unpipe();
  raw.resume();
}

async function readForm(request: FastifyRequest): Promise<Record<string, unknown>> {
  const body = new Map<string, unknown>();
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const { buffer, byteOffset, byteLength } = await part.toBuffer();
      // A plain array of the same bytes: a Buffer's toJSON would spell out every one of them.
      body.set(part.fieldname, new Uint8Array(buffer, byteOffset, byteLength));
      if (part.filename) body.set('fileName', [...part.filename].slice(0, 255).join(''));
    } else {
      body.set(part.fieldname, JSON_FIELDS.has(part.fieldname) ? readJson(part) : part.value);
    }
  }
  return Object.fromEntries(body);
}

function readJson({ fieldname, value }: { fieldname: string; value: unknown }): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw invalidValue(`/${fieldname}`, 'must be JSON');
  }
}
