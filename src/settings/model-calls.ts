import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Quota = (what: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 1_000_000_000_000,
    default: 0,
    description: `${what} that a user may have of models in a day (UTC). 0: no limit.`,
  });

/** What is kept of calls to models, what they cost, and how many there may be. */
export const modelCallSettings = {
  STORE_PROMPTS: Type.Boolean({
    default: false,
    description:
      'Keep what language models are told and what they write, with the message or job; emptied when a transcript is deleted.',
  }),
  MODEL_PRICES: Type.Optional(
    Type.String({
      description:
        'Prices in USD as a JSON object: per model, `input` and `output` per million tokens, `minute` of audio.',
    }),
  ),
  QUOTA_REQUESTS_PER_DAY: Quota('Requests'),
  QUOTA_TOKENS_PER_DAY: Quota('Tokens'),
};

const Environment = Type.Object(modelCallSettings);

const Price = Type.Number({ minimum: 0 });
const Prices = Compile(
  Type.Record(
    Type.String(),
    Type.Object(
      {
        input: Type.Optional(Price),
        output: Type.Optional(Price),
        minute: Type.Optional(Price),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ),
);

/**
 * Reads what the settings say of calls to models.
 *
 * @throws Error that names the setting, when the prices are not what they have to be
 */
export function readModelCalls(env: Readonly<Static<typeof Environment>>) {
  return {
    storePrompts: env.STORE_PROMPTS,
    prices: readPrices(env.MODEL_PRICES),
    quotas: { requests: env.QUOTA_REQUESTS_PER_DAY, tokens: env.QUOTA_TOKENS_PER_DAY },
  };
}

function readPrices(
  json = '{}',
): ReadonlyMap<string, { input?: number; output?: number; minute?: number }> {
  try {
    const prices: unknown = JSON.parse(json);
    if (Prices.Check(prices)) return new Map(Object.entries(prices));
  } catch {
    // Not JSON, so not prices.
  }
  throw new Error(
    'MODEL_PRICES is not a JSON object like {"model": {"input": 0.15, "output": 0.6, "minute": 0.006}}',
  );
}
