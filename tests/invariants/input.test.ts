import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { cpuMs } from '../helpers/cpu-time.ts';
import { query } from '../helpers/database.ts';
import type { Schema } from '../helpers/openapi.ts';
import { bodyExample, bodySchema, validRequest } from './requests.ts';

const LIMIT = 1_048_576;
const parley = await buildTestApp();
const { client, db } = parley;
const contract = await client.getContract();
const { resolve } = contract;
const admin = await client.register();

const JSON_TYPE = { 'content-type': 'application/json' };
const withBody = contract.operations.filter((operation) => bodySchema(operation));
const withoutBody = contract.operations.filter(
  ({ method, requestBody }) => method !== 'GET' && !requestBody,
);
const named = (operations: typeof withBody) =>
  operations.map((operation) => [operation.operationId, operation] as const);
type Values = Record<string, unknown>;
type Attack = [name: string, body: string | Buffer];

/** How many rows each table has. */
async function countRows(): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    db,
    `select quote_ident(relname) as name from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  const counts = tables.map(({ name }) => `(select count(*)::integer from ${name}) as ${name}`);
  const [row] = await query<Record<string, number>>(db, `select ${counts.join(', ')}`);
  return row ?? {};
}

/** Bodies that no route may take, whatever it does; each is made of one that it takes. */
function attacksOn(example: Values): Attack[] {
  const text = JSON.stringify(example);
  const and = (more: string) => `${text.slice(0, -1)},${more}}`;
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const keys = Array.from({ length: 2_001 }, (_, index) => `"k${index}":1`).join();
  const [first = ''] = Object.keys(example);
  return [
    ['5,000 levels of lists', and(`"x":${deep(5_000)}`)],
    ['100,000 levels of lists alone', deep(100_000)],
    ['33 levels of objects', and(`"x":${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)],
    ['2,001 keys', and(`"x":{${keys}}`)],
    ['a NUL in a key', and('"a\\u0000":1')],
    ['half a surrogate pair in a key', and('"\\ud800":1')],
    ['__proto__', and('"__proto__":{"isAdmin":true}')],
    ['constructor.prototype', and('"constructor":{"prototype":{"isAdmin":true}}')],
    ['a key twice', and(`${JSON.stringify(first)}:${JSON.stringify(example[first])}`)],
    [
      'a key twice, once in escapes',
      and(`"\\u00${first.charCodeAt(0).toString(16)}${first.slice(1)}":1`),
    ],
    ['a byte order mark', `\uFEFF${text}`],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from(and('"x":"')), Buffer.from([0xff]), Buffer.from('"}')]),
    ],
    ['half of a JSON text', text.slice(0, -1)],
    ['two JSON texts', `${text}${text}`],
    ['JavaScript', `{${first}: NaN}`],
    ['nothing', ''],
    ['white space', ' \n'],
    ['null', 'null'],
    ['a list', `[${text}]`],
    ['a string', JSON.stringify(text)],
    ['a number', '5'],
    ['more than the limit', and(`"x":"${'x'.repeat(LIMIT)}"`)],
  ];
}

/** Values that do not fit one of the keys: each is of the wrong type, form or size. */
function* wrongValues(schema: Schema, example: Values): Generator<Attack> {
  const properties = (resolve(schema).properties ?? {}) as Record<string, Schema>;
  for (const [key, property] of Object.entries(properties)) {
    const replaced = (json: string): Attack => [
      `${key}: ${json.slice(0, 40)}`,
      `{${[
        ...Object.entries(example)
          .filter(([name]) => name !== key)
          .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
        `${JSON.stringify(key)}:${json}`,
      ].join()}}`,
    ];
    for (const json of wrongFor(resolve(property))) yield replaced(json);
  }
}

function wrongFor({ type, format, enum: values, minItems, minimum }: Schema): string[] {
  const notInteger = ['"5"', '5.5', '9223372036854775808', '1e999', 'true', '[5]', '{}'];
  if (type === 'integer') return [...notInteger, String(Number(minimum ?? 0) - 1)];
  if (type === 'number') return ['"0.5"', '1e999', 'true', '[0.5]', '-0.1'];
  if (type === 'boolean') return ['"true"', '1', '[true]'];
  if (type === 'array') {
    return ['"x"', '{}', '{"0":"x","length":1}', '[[]]', ...(minItems ? ['[]'] : [])];
  }
  if (format === 'date-time') {
    const years = ['294277-01-01T00:00:00Z', '+294277-01-01T00:00:00Z', '0000-01-01T00:00:00Z'];
    return [...years, '2090-12-31T23:59:60Z', 'now', ''].map((time) => JSON.stringify(time));
  }
  if (values)
    return ['"nothing of the kind"', Array.isArray(values) && values.includes(0) ? '1' : '0', '{}'];
  if (type === 'string')
    return ['5', '["x"]', '{}', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'];
  if (type === 'object') return ['"x"', '[]', '5', '{"a\\u0000":1}'];
  // Whatever it is, it is no text that cannot be stored.
  return ['"a\\u0000b"', '{"a":["\\ud800"]}'];
}

async function expectRefused(
  operation: (typeof withBody)[number],
  attacks: Iterable<Attack>,
  headers = JSON_TYPE,
) {
  const { method, url } = await validRequest(parley, contract, operation, admin);
  const before = await countRows();
  for (const [name, body] of attacks) {
    const took = await cpuMs(async () => {
      const { status, text } = await admin.request(method, url, body, headers);
      expect([400, 413, 415, 422], `${name}: ${text.slice(0, 300)}`).toContain(status);
    });
    expect(took, name).toBeLessThan(3_000);
  }
  expect(await countRows()).toEqual(before);
}

test.each(named(withBody))('%s refuses bodies that are attacks', async (_, operation) => {
  await expectRefused(operation, attacksOn(bodyExample(contract, operation) as Values));
});

test.each(named(withBody))('%s refuses values of the wrong kind', async (_, operation) => {
  const example = bodyExample(contract, operation) as Values;
  await expectRefused(operation, wrongValues(bodySchema(operation) ?? {}, example));
});

test.each(named(withBody))('%s names a key that it does not know', async (_, operation) => {
  const { method, url, body } = await validRequest(parley, contract, operation, admin);
  const answer = await admin.request(method, url, { ...(body as Values), surprise: 1 });
  if (url.startsWith('/v1/openai/')) {
    const error = { code: 'validation_failed', param: 'surprise' };
    expect(answer).toMatchObject({ status: 400, body: { error } });
    return;
  }
  expect(answer).toMatchObject({
    status: 400,
    body: {
      code: 'validation_failed',
      errors: [{ path: '/surprise', message: 'is not a known key' }],
    },
  });
});

const TYPES = [
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'text/json'],
  ...['application/jsonx', 'application/problem+json', 'application/json5', 'json', '*/*', ';'],
  ...['application/json application/xml', 'multipart/form-data', 'multipart/form-data; boundary='],
  ...['multipart/mixed; boundary=x', 'application/json\t, text/plain', '__proto__'],
];

test.each(named(withBody))('%s refuses other types of content', async (_, operation) => {
  const text = JSON.stringify(bodyExample(contract, operation));
  for (const type of TYPES) {
    await expectRefused(operation, [[`as ${type}`, text]], { 'content-type': type });
  }
  const { method, url } = await validRequest(parley, contract, operation, admin);
  for (const body of [text, undefined]) {
    expect([400, 415]).toContain((await admin.request(method, url, body)).status);
  }
});

test.each(named(withoutBody))('%s answers a body that it does not take', async (_, operation) => {
  for (const [body, headers] of [
    ['{', JSON_TYPE],
    ['x', { 'content-type': 'text/plain' }],
    [`"${'x'.repeat(LIMIT)}"`, JSON_TYPE],
    ['', JSON_TYPE],
    ['{"a":{"b":"\\u0000"}}', JSON_TYPE],
  ] as const) {
    const actor = await admin.bySession();
    const request = await validRequest(parley, contract, operation, admin);
    const { status } = await actor.request(request.method, request.url, body, headers);
    expect([204, 400, 413, 415], `${body.slice(0, 20)} as ${headers['content-type']}`).toContain(
      status,
    );
  }
});

const IDS = [
  ...['1', 'me', '%00', '%ff', '%', '..%2f..%2fetc%2fpasswd', '%F0%9F%92%A5', "'%20or%20''='"],
  ...['00000000-0000-0000-0000-00000000000g', '{00000000-0000-4000-8000-000000000000}'],
  ...['urn:uuid:00000000-0000-4000-8000-000000000000', 'x'.repeat(201), '__proto__'],
];
const withId = contract.operations.filter(({ path }) => path.includes('{id}'));

test.each(named(withId))('%s refuses ids that are none', async (_, operation) => {
  const { method, body } = await validRequest(parley, contract, operation, admin);
  for (const id of IDS) {
    const url = operation.path.replace('{id}', id);
    const { status, body: problem } = await admin.request<{ code: string }>(method, url, body);
    expect(status, id).toBe(400);
    expect(problem.code).toMatch(/^(validation_failed|malformed_request)$/);
  }
});

const encode = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
const CURSORS = [
  ...['x', '%00', '%ff', 'e30', encode(null), encode({}), encode([]), encode('x'), encode([[]])],
  ...[encode([null, null]), encode([-1]), encode([1.5]), encode(['\0', '\0']), encode(['\ud800'])],
  ...[encode([1e300, 'x']), encode([2 ** 53, '00000000-0000-4000-8000-000000000000'])],
  ...[encode([2 ** 63]), 'x'.repeat(501), encode([{}])],
];
const lists = contract.operations.filter(({ parameters }) =>
  parameters?.some(({ name }) => name === 'cursor'),
);

/** A valid request that leaves out what its query may have. */
async function withoutQuery(operation: (typeof lists)[number]) {
  const { method, url } = await validRequest(parley, contract, operation, admin);
  return { method, url: url.replace(/\?.*/, '') };
}

test.each(named(lists))('%s refuses cursors and limits that are none', async (_, operation) => {
  const { url } = await withoutQuery(operation);
  for (const cursor of CURSORS) {
    const { status, body } = await admin.request('GET', `${url}?cursor=${cursor}`);
    expect({ status, cursor, body }).toMatchObject({ status: 400 });
  }
  const huge = ['9223372036854775808', '1e999', '-1e999', 'Infinity', 'NaN'];
  for (const limit of ['0', '101', '-1', '1.5', 'x', '', '1&limit=2', ...huge]) {
    expect(await admin.request('GET', `${url}?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  }
  expect(await admin.request('GET', `${url}?limti=1`)).toMatchObject({
    status: 400,
    body: { errors: [{ path: '/querystring/limti', message: 'is not a known key' }] },
  });
});

const HOSTILE = ['%00', 'a%00b', '%ff', '%ed%a0%80', '{"a":"%5Cu0000"}', '[]', '{}', '__proto__'];
const withQuery = contract.operations.filter(({ parameters }) =>
  parameters?.some((parameter) => parameter.in === 'query'),
);

test.each(named(withQuery))('%s answers hostile values in its query', async (_, operation) => {
  const { method, url } = await withoutQuery(operation);
  for (const { in: where, name, schema } of operation.parameters ?? []) {
    if (where !== 'query') continue;
    for (const value of [...HOSTILE, ...wrongFor(resolve(schema))]) {
      const text = value.includes('%') ? value : encodeURIComponent(value);
      const { status } = await admin.request(method, `${url}?${name}=${text}`);
      // A text may well be `{}`; but none of them is a fault of ours.
      expect([200, 400, 404, 406], `${name}=${value}`).toContain(status);
      if (value.includes('%00')) expect(status, `${name}=${value}`).toBe(400);
    }
  }
});
