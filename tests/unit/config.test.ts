import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { Environment, loadConfig } from '../../src/config.ts';

const ROOT = join(import.meta.dirname, '../..');
const example = readFileSync(join(ROOT, '.env.example'), 'utf8');

const defaults = Object.fromEntries(
  Object.entries(Environment.properties).map(([name, schema]) => [
    name,
    'default' in schema ? String(schema.default) : '',
  ]),
);

test('.env.example lists every setting with its default, and no other', () => {
  expect(parseEnv(example)).toEqual(defaults);
});

test('.env.example says what each setting means', () => {
  const lines = example.split('\n');
  const silent = lines.filter(
    (line, index) => /^\w+=/.test(line) && !lines[index - 1]?.startsWith('# '),
  );
  expect(silent).toEqual([]);
});

test('the README lists every setting with its default', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const rows = readme.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`|none)/gm);
  // An origin that follows from the port is not a default of the schema.
  const listed = [...rows].map(([, name, value = '']) => [name, value.replace(/^http.*/, '')]);
  expect(Object.fromEntries(listed)).toEqual(defaults);
});

test('.env.example as it is gives the defaults', () => {
  expect(loadConfig(parseEnv(example))).toEqual(loadConfig({}));
});

test('a setting that is empty counts as not given', () => {
  const empty = Object.fromEntries(Object.keys(defaults).map((name) => [name, '']));
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

test('values are read from text', () => {
  const env = { PORT: '0', TRUST_PROXY: 'true', MIGRATE_ON_START: 'false', LOG_LEVEL: 'warn' };
  expect(loadConfig(env)).toMatchObject({
    PORT: 0,
    TRUST_PROXY: true,
    MIGRATE_ON_START: false,
    LOG_LEVEL: 'warn',
  });
});

test('what is not a setting is left out', () => {
  expect(loadConfig({ SHELL: '/bin/sh', PARLEY_PORT: '1' })).toEqual(loadConfig({}));
});

test.each([
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', 'http'],
  ['PORT', '80.5'],
  ['PUBLIC_ORIGIN', 'https://parley.example/app'],
  ['PUBLIC_ORIGIN', 'parley.example'],
  ['TRUST_PROXY', 'yes'],
  ['DATABASE_URL', 'mysql://localhost/parley'],
  ['MIGRATE_ON_START', 'no'],
  ['DATABASE_POOL_SIZE', '0'],
  ['DATABASE_CONNECT_TIMEOUT_MS', '0'],
  ['DATABASE_STATEMENT_TIMEOUT_MS', '10 s'],
  ['DATABASE_LOCK_TIMEOUT_MS', '86400001'],
  ['DATABASE_IDLE_TIMEOUT_MS', '1e99'],
  ['LOG_LEVEL', 'loud'],
  ['RATE_LIMIT_MAX', '0'],
  ['LOGIN_RATE_LIMIT_MAX', 'none'],
  ['EVENT_LOOP_DELAY_MAX_MS', '-1'],
  ['BODY_LIMIT_BYTES', '1 MiB'],
  ['UPLOAD_LIMIT_BYTES', '0'],
  ['CHUNK_WORDS', '19'],
  ['CHUNK_WORDS', '401'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => loadConfig({ [name]: value })).toThrow(name);
});
