import type { FastifyRequest } from 'fastify';
import { atOnce } from '../transcripts/steps.ts';
import { checkValue } from './check-value.ts';

/**
 * Reads the scope in a body's metadata where it is a text, because OpenAI's metadata holds nothing
 * else: the schema then checks it as the object that it is. A text that is no JSON stays one.
 */
export async function readScopeText({ body }: FastifyRequest): Promise<void> {
  if (!isObject(body) || !isObject(body.metadata)) return;
  const { metadata } = body;
  if (typeof metadata.scope !== 'string') return;
  try {
    metadata.scope = JSON.parse(metadata.scope);
  } catch {
    return;
  }
  atOnce(checkValue(metadata.scope));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
