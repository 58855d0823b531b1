import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashRequest } from '../../../src/plugins/hash-request.ts';
import { atOnce } from '../../../src/transcripts/steps.ts';

const hash = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hashOf = (body: unknown) =>
  atOnce(hashRequest({ method: 'POST', url: '/v1/batches', headers: { accept: '*/*' }, body }));
const written = (json: string) => hash(`POST /v1/batches */*\n${json}`);

test('a body is hashed as JSON writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(hashOf(body)).toBe(written(JSON.stringify(body)));
    }),
  );
});

test.each([
  ['nothing', undefined, 'null'],
  ['an empty list and an empty object', { a: [], b: {} }, '{"a":[],"b":{}}'],
  ['a key without a value', { a: undefined, b: [1, null] }, '{"b":[1,null]}'],
  ['a file', { file: Buffer.from('Hello') }, `{"file":"${hash('Hello')}"}`],
  [
    'what says itself how it is written',
    { file: { toJSON: (): string => 'abc' } },
    '{"file":"abc"}',
  ],
])('%s is hashed', (_, body, json) => {
  expect(hashOf(body)).toBe(written(json));
});

test('a long text is hashed as a whole, whatever stands where it is cut', () => {
  for (const start of ['', 'x']) {
    const body = { text: start + '𝄞"\n'.repeat(100_000) };
    expect(hashOf(body)).toBe(written(JSON.stringify(body)));
  }
});
