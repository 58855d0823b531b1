import { expect, test } from 'vitest';
import { readModelCalls } from '../../../src/settings/model-calls.ts';

const read = (prices: string) =>
  readModelCalls({
    ...{ STORE_PROMPTS: false, MODEL_PRICES: prices },
    ...{ QUOTA_REQUESTS_PER_DAY: 0, QUOTA_TOKENS_PER_DAY: 0 },
  });

test('prices are those of models', () => {
  const price = { input: 0.15, output: 0.6, minute: 1_000_000 };
  expect([...read(JSON.stringify({ small: price })).prices]).toEqual([['small', price]]);
});

test.each(['{', '[]', '{"small":{}}', '{"small":{"input":-1}}', '{"small":{"input":1e300}}'])(
  '%s is refused',
  (prices) => {
    expect(() => read(prices)).toThrow('MODEL_PRICES');
  },
);
