import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSession } from '../../src/access/sessions.ts';
import { buildTestApp } from '../helpers/app.ts';
import { bearer } from '../helpers/client.ts';
import type { Operation, Schema } from '../helpers/openapi.ts';
import { captionsFrom, playYoutube } from '../helpers/youtube.ts';
import { bodySchema, idPlaces, make } from './requests.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
// A link to a video that is made by chance leads to no other machine.
const captions = captionsFrom(await playYoutube());
const parley = await buildTestApp({}, { captions });
const { client, repositories } = parley;
const contract = await client.getContract();
const { operations, resolve } = contract;
const admin = await client.register();
const ids = [
  ...(await Promise.all(
    (['transcript', 'conversation', 'message', 'template'] as const).map((kind) =>
      make(kind, parley, admin),
    ),
  )),
  '00000000-0000-4000-8000-000000000000',
];

/** How deep values are in which a schema refers to itself. */
const MAX_DEPTH = 6;

/** Any value that fits a schema of the document. */
function fitting(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { type, enum: values, properties, format, pattern, ...rest } = resolve(schema);
  const anyOf = rest.anyOf ?? rest.oneOf;
  const { minLength = 0, maxLength = 40, minItems = 0, items, required = [] } = rest;
  if (Array.isArray(values)) return fc.constantFrom(...values);
  // What refers to itself ends somewhere: its first form is the one that does not.
  if (Array.isArray(anyOf)) {
    const forms = depth > MAX_DEPTH ? anyOf.slice(0, 1) : anyOf;
    return fc.oneof(...forms.map((one) => fitting(one, depth)));
  }
  if (Array.isArray(type)) {
    return fc.oneof(...type.map((one) => fitting({ ...resolve(schema), type: one }, depth)));
  }
  if (rest.contentSchema) return fitting(rest.contentSchema as Schema).map((value) => text(value));
  if (format === 'uuid') return fc.constantFrom(...ids);
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((at) => at.toISOString());
  if (typeof pattern === 'string' && pattern !== '\\S')
    return fc.stringMatching(new RegExp(pattern));
  if (type === 'string') {
    const length = { minLength: Number(minLength), maxLength: Math.min(Number(maxLength), 60) };
    return fc.oneof(fc.string({ ...length, unit: 'grapheme' }), fc.string(length));
  }
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'integer' || type === 'number') {
    const { minimum: min = 0, maximum: max = 1e6 } = rest as { minimum?: number; maximum?: number };
    return type === 'integer' ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  }
  if (type === 'array') {
    const size = { minLength: Number(minItems), maxLength: Number(minItems) + 3 };
    return fc.array(fitting(items as Schema, depth + 1), size);
  }
  if (type === 'object' && properties) {
    const fields = Object.entries(properties as Record<string, Schema>).map(
      ([name, property]) => [name, fitting(property, depth + 1)] as const,
    );
    return fc.record(Object.fromEntries(fields), { requiredKeys: required as string[] });
  }
  return type === 'object' ? fc.dictionary(fc.string(), fc.jsonValue()) : fc.jsonValue();
}

/** A value that fits, or one in which something was replaced by anything. */
function nearly(schema: Schema): fc.Arbitrary<unknown> {
  const whole = fitting(schema);
  const broken = fc
    .tuple(whole, fc.string(), fc.jsonValue(), fc.nat())
    .map(([value, name, anything, place]) => {
      if (typeof value !== 'object' || value === null) return anything;
      const keys = [...Object.keys(value), name];
      return { ...value, [keys[place % keys.length] ?? name]: anything };
    });
  return fc.oneof({ weight: 3, arbitrary: whole }, { weight: 2, arbitrary: broken });
}

const text = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** What every new thing has: a first revision and a first segment. */
const FIRST: Record<string, string> = { number: '1', position: '0' };

/** Stands for the id of something new. */
const OWN = 'own';

function requestOf(operation: Operation) {
  const parameters = (operation.parameters ?? []).filter(({ name }) => !/^[A-Z]/.test(name));
  const values = parameters.map(({ schema, required }) =>
    required
      ? fc.oneof(
          { weight: 3, arbitrary: fc.constant(OWN) },
          { weight: 1, arbitrary: nearly(schema) },
        )
      : fc.option(nearly(schema), { nil: undefined }),
  );
  const schema = bodySchema(operation);
  return fc.record({
    operation: fc.constant(operation),
    parameters: fc
      .tuple(...values)
      .map((found) =>
        parameters.flatMap(({ in: where, name }, index) =>
          found[index] === undefined ? [] : [{ where, name, value: text(found[index]) }],
        ),
      ),
    body: schema ? nearly(schema) : fc.constant(undefined),
    streamed: fc.boolean(),
  });
}

test(`${RUNS} requests made from the document are answered as it says`, {
  timeout: 600_000,
}, async () => {
  const requests = fc.oneof(...operations.map(requestOf));
  const counts = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ operation, parameters, body, streamed }) => {
      let url = operation.path;
      const [place] = idPlaces(contract, operation);
      const query = new URLSearchParams();
      for (const { where, name, value } of parameters) {
        if (where === 'query') query.append(name, value.toWellFormed());
        else {
          const own = async () =>
            FIRST[name] ?? (place ? await make(place.kind, parley, admin) : value);
          const id = value === OWN ? await own() : value;
          url = url.replace(`{${name}}`, () => encodeURIComponent(id.toWellFormed()) || '-');
        }
      }
      if (query.size > 0) url += `?${query}`;
      // A session of its own, because some requests end the one that they come with.
      const { token } = await openSession(repositories, admin.user.id);
      const accept = streamed ? 'text/event-stream' : 'application/json';
      const headers = { ...bearer(token), accept };
      // The client holds every answer to the document.
      const { status, text } = await client.request(operation.method, url, body, headers);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      expect(status, text).toBeLessThan(500);
    }),
    { numRuns: RUNS, verbose: false },
  );
  // Some of it was done, or else nothing behind the validation was tried.
  const done = [...counts].filter(([status]) => status < 300).reduce((sum, [, n]) => sum + n, 0);
  expect(done / RUNS).toBeGreaterThan(0.2);
});
