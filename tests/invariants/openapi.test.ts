import { expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { buildTestApp } from '../helpers/app.ts';
import { PASSWORD } from '../helpers/client.ts';
import type { OpenApiDocument, Schema } from '../helpers/openapi.ts';
import { bodyExample, bodySchema, validRequest } from './requests.ts';

const parley = await buildTestApp();
const { app, client } = parley;
const contract = await client.getContract();
const { operations, resolve } = contract;
const document = app.swagger() as unknown as OpenApiDocument & {
  openapi: string;
  tags: { name: string; description: string }[];
};
const admin = await client.register();
const EXAMPLE_ACCOUNT = { email: 'listener@example.org', password: PASSWORD };
/** Files may come from a newer version, and are read as far as they are known. */
const FILES = ['exportTranscript'];
const cases = operations.map((operation) => [operation.operationId, operation] as const);

/** Every route that the app answers, as `GET /v1/transcripts/{id}`. */
function registeredRoutes(): string[] {
  const path: string[] = [];
  const lines = app.printRoutes({ commonPrefix: false }).split('\n');
  return lines.flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!found) return [];
    path.length = (found[1]?.length ?? 0) / 4;
    path.push(found[2] ?? '');
    const url = path.join('').replace(/:(\w+)/g, '{$1}');
    return (found[3]?.split(', ') ?? []).map((method) => `${method} ${url}`);
  });
}

test('the document has every route of the API', () => {
  const documented = operations.map(({ method, path }) => `${method} ${path}`);
  const registered = registeredRoutes().filter((route) => !/^(HEAD|OPTIONS) /.test(route));
  expect(registered.length).toBeGreaterThan(40);
  expect(registered.filter((route) => !/ \/(docs.*|openapi\.json)$/.test(route)).sort()).toEqual(
    documented.toSorted(),
  );
});

test('it is OpenAPI 3.1, and describes its tags', () => {
  expect(document.openapi).toBe('3.1.0');
  const used = new Set(operations.flatMap(({ tags }) => tags));
  expect(new Set(document.tags.map(({ name }) => name))).toEqual(used);
  for (const { description } of document.tags) expect(description).toMatch(/\.$/);
});

test('operation ids are unique, short, and good as the name of a function', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]{2,31}$/);
});

test.each(cases)('%s says what it is and what it answers', (_, operation) => {
  expect(operation.tags).toHaveLength(1);
  expect(operation.summary).toMatch(/^[A-Z].{4,80}[^.]$/);
  const statuses = Object.keys(operation.responses);
  expect(statuses.filter((status) => status.startsWith('2'))).not.toEqual([]);
  expect(statuses).toEqual(expect.arrayContaining(['400', '500', '503']));
  if (operation.security.length > 0)
    expect(statuses).toEqual(expect.arrayContaining(['401', '429']));
  for (const { description } of Object.values(operation.responses)) {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(description).not.toBe('Default Response');
  }
});

test.each(cases)(
  '%s answers errors as problem details or as OpenAI does, and the rest by a schema',
  (_, operation) => {
    const isOpenAi = operation.path.startsWith('/v1/openai/');
    const type = isOpenAi ? 'application/json' : 'application/problem+json';
    const $ref = `#/components/schemas/${isOpenAi ? 'OpenAiError' : 'Problem'}`;
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) >= 400) {
        expect(content).toEqual({ [type]: { schema: { $ref } } });
      }
      if (FILES.includes(operation.operationId)) continue;
      for (const { schema } of Object.values(content ?? {})) expect(looseIn(schema)).toEqual([]);
    }
  },
);

test.each(cases.filter(([, operation]) => bodySchema(operation)))(
  '%s takes no key that it does not know',
  (_, operation) => {
    expect(looseIn(bodySchema(operation) ?? {})).toEqual([]);
  },
);

test.each(cases)('%s accepts its own example', async (_, operation) => {
  if (operation.requestBody) {
    expect(bodyExample(contract, operation), 'an example of the body').toBeDefined();
  }
  // Whoever logs in has registered before, perhaps by the example of that.
  if (operation.operationId === 'login') {
    await client.request('POST', '/v1/auth/register', EXAMPLE_ACCOUNT);
  }
  const actor = await client.register();
  const caller = operation.path.startsWith('/v1/config') ? admin : actor;
  const { method, url, body } = await validRequest(parley, contract, operation, caller);
  const { status, text } = await caller.request(method, url, body);
  expect(status, text).toBeGreaterThanOrEqual(200);
  expect(status, text).toBeLessThan(300);
});

test('the problem schema names every code of the catalogue', () => {
  const { properties } = document.components.schemas.Problem as {
    properties: { code: { enum: string[] } };
  };
  expect(properties.code.enum).toEqual(Object.keys(ERRORS));
});

/** The objects of a schema that say neither that they are closed nor what else they hold. */
function looseIn(schema: Schema, seen = new Set<unknown>()): string[] {
  const found = resolve(schema);
  if (seen.has(found)) return [];
  seen.add(found);
  const children = [
    ...Object.values((found.properties ?? {}) as Record<string, Schema>),
    ...((found.anyOf ?? found.oneOf ?? []) as Schema[]),
    ...(found.items ? [found.items as Schema] : []),
  ];
  const loose = found.type === 'object' && !found.oneOf && found.additionalProperties === undefined;
  return [
    ...(loose ? [JSON.stringify(found)] : []),
    ...children.flatMap((child) => looseIn(child, seen)),
  ];
}
