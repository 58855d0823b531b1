import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { readEmbeddingEndpoint } from '../../../src/settings/embeddings.ts';
import { readLanguageModels } from '../../../src/settings/language-models.ts';
import { readSpeechToText } from '../../../src/settings/speech.ts';

const BASE_URL = 'http://localhost:8000/v1';

describe.each([
  ['LLM', readLanguageModels],
  ['STT', readSpeechToText],
  ['EMBEDDING', readEmbeddingEndpoint],
] as const)('the server of %s', (prefix, read) => {
  const load = (given: Record<string, string>) =>
    loadConfig(
      Object.fromEntries(
        Object.entries(given).map(([name, value]) => [`${prefix}_${name}`, value]),
      ),
    );

  test('is none without its settings', () => {
    expect(read(load({}))).toBeUndefined();
  });

  test('is reached with its key and headers', () => {
    const given = { BASE_URL, MODEL: 'a', API_KEY: 'sk-1', HEADERS: '{"x-tenant":"parley"}' };
    expect(read(load(given))).toMatchObject({
      ...{ baseUrl: BASE_URL, apiKey: 'sk-1', headers: { 'x-tenant': 'parley' } },
    });
  });

  test.each([
    ['MODEL needs %_BASE_URL', { MODEL: 'a' }],
    ['API_KEY needs %_BASE_URL', { API_KEY: 'secret' }],
    ['HEADERS needs %_BASE_URL', { HEADERS: '{}' }],
    ['BASE_URL needs %_MODEL', { BASE_URL }],
    ['BASE_URL is not a URL', { BASE_URL: 'http://local host', MODEL: 'a' }],
    ['API_KEY has', { BASE_URL, MODEL: 'a', API_KEY: 'a\nb' }],
    ['HEADERS is not', { BASE_URL, MODEL: 'a', HEADERS: '["a"]' }],
  ])('is refused: %s', (message, given) => {
    expect(() => load(given)).toThrow(`${prefix}_${message.replace('%', prefix)}`);
  });
});

test.each([
  [{ STT_MODEL: 'b', STT_MODELS: 'a, b ,c,,a' }, ['b', 'a', 'c']],
  [{ STT_MODELS: 'a,b' }, ['a', 'b']],
  [{ STT_MODEL: 'a' }, ['a']],
])('the default model comes first of those allowed: %o', (env, models) => {
  const speech = readSpeechToText(loadConfig({ STT_BASE_URL: BASE_URL, ...env }));
  expect(speech).toMatchObject({ model: models[0], models });
});

test('a model that is none of those allowed is refused', () => {
  const env = { STT_BASE_URL: BASE_URL, STT_MODEL: 'c', STT_MODELS: 'a,b' };
  expect(() => loadConfig(env)).toThrow('STT_MODEL is not one of STT_MODELS');
});
