import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { readLanguageModels } from '../../../src/settings/language-models.ts';

const LLM_BASE_URL = 'http://localhost:11434/v1';
const read = (env: Record<string, string>) => readLanguageModels(loadConfig(env));

test('without a server there is no language model', () => {
  expect(read({})).toBeUndefined();
});

test('a model and its server are enough', () => {
  expect(read({ LLM_BASE_URL, LLM_MODEL: 'llama3.2' })).toEqual({
    baseUrl: LLM_BASE_URL,
    apiKey: undefined,
    headers: {},
    names: ['llama3.2'],
    contextTokens: 8_192,
    maxOutputTokens: 1_024,
    timeoutMs: 120_000,
    silenceTimeoutMs: 60_000,
    maxRetries: 2,
    concurrency: 16,
  });
});

test.each([
  [{ LLM_MODEL: 'b', LLM_MODELS: 'a, b ,c,,a' }, ['b', 'a', 'c']],
  [{ LLM_MODELS: 'a,b' }, ['a', 'b']],
])('the default comes first of those allowed: %o', (env, names) => {
  expect(read({ LLM_BASE_URL, ...env })?.names).toEqual(names);
});

test('headers are a JSON object', () => {
  const LLM_HEADERS = '{"x-tenant":"parley"}';
  const settings = read({ LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS });
  expect(settings?.headers).toEqual({ 'x-tenant': 'parley' });
});

test.each<[string, Record<string, string>]>([
  ['LLM_MODEL needs LLM_BASE_URL', { LLM_MODEL: 'a' }],
  ['LLM_MODELS needs LLM_BASE_URL', { LLM_MODELS: 'a' }],
  ['LLM_API_KEY needs LLM_BASE_URL', { LLM_API_KEY: 'secret' }],
  ['LLM_HEADERS needs LLM_BASE_URL', { LLM_HEADERS: '{}' }],
  ['LLM_BASE_URL needs LLM_MODEL', { LLM_BASE_URL }],
  ['LLM_BASE_URL needs LLM_MODEL', { LLM_BASE_URL, LLM_MODELS: ' , ' }],
  ['LLM_BASE_URL', { LLM_BASE_URL: 'localhost:11434', LLM_MODEL: 'a' }],
  ['LLM_BASE_URL is not a URL', { LLM_BASE_URL: 'http://local host', LLM_MODEL: 'a' }],
  ['not one of LLM_MODELS', { LLM_BASE_URL, LLM_MODEL: 'c', LLM_MODELS: 'a,b' }],
  ['must not name', { LLM_BASE_URL, LLM_MODEL: 'extractive' }],
  ['less than', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_MAX_OUTPUT_TOKENS: '8192' }],
  ['LLM_HEADERS', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS: '["a"]' }],
  ['LLM_HEADERS', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS: '{"a":1}' }],
  ['LLM_HEADERS', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS: '{"a b":"c"}' }],
  ['LLM_HEADERS', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS: '{"a":"b\\nc"}' }],
  ['LLM_API_KEY', { LLM_BASE_URL, LLM_MODEL: 'a', LLM_API_KEY: 'a\nb' }],
  ['LLM_CONCURRENCY', { LLM_CONCURRENCY: '0' }],
  ['LLM_MAX_RETRIES', { LLM_MAX_RETRIES: '-1' }],
  ['LLM_TIMEOUT_MS', { LLM_TIMEOUT_MS: '0' }],
  ['LLM_CONTEXT_TOKENS', { LLM_CONTEXT_TOKENS: '100' }],
])('the server does not start: %s %o', (message, env) => {
  expect(() => loadConfig(env)).toThrow(message);
});

test('a refusal does not show what was set', () => {
  const env = { LLM_BASE_URL, LLM_MODEL: 'a', LLM_HEADERS: '{"api-key":"secret\\n"}' };
  expect(() => loadConfig(env)).not.toThrow(/secret/);
});
