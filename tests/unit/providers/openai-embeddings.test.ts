import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createConfiguredEmbeddings,
  type EmbeddingEndpoint,
} from '../../../src/providers/configured-embeddings.ts';
import { readVectors } from '../../../src/providers/read-vectors.ts';
import { playModel } from '../../helpers/model-server.ts';

const MODEL = { provider: 'openai-compatible', name: 'nomic', dimensions: 64 };

async function setUp(
  playing: Parameters<typeof playModel>[0] = {},
  overrides: Partial<EmbeddingEndpoint> = {},
) {
  const server = await playModel(playing);
  const embeddings = createConfiguredEmbeddings({
    baseUrl: server.baseUrl,
    model: 'small',
    queryPrefix: 'search_query: ',
    documentPrefix: 'search_document: ',
    batch: 3,
    concurrency: 2,
    maxRetries: 0,
    queryTimeoutMs: 600_000,
    documentTimeoutMs: 600_000,
    ...overrides,
  });
  return { server, embeddings, provider: embeddings.providerFor(MODEL) };
}

const length = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));
const answers = (...embeddings: unknown[]) => ({
  embeddings: [
    {
      body: JSON.stringify({ data: embeddings.map((embedding, index) => ({ index, embedding })) }),
    },
  ],
});

describe('embedding texts', () => {
  test('returns their vectors in their order, over several requests', async () => {
    const { server, provider } = await setUp();
    const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`);
    const vectors = await provider.embed(texts, 'document');
    expect(vectors).toHaveLength(8);
    for (const [index, text] of texts.entries()) {
      const [alone] = await provider.embed([text], 'document');
      expect(vectors[index]).toEqual(alone);
      expect(length(alone)).toBeCloseTo(1, 5);
    }
    const sizes = server.requests.slice(0, 3).map(({ body }) => body.input?.length);
    expect(sizes.toSorted()).toEqual([2, 3, 3]);
    expect(await provider.embed([], 'document')).toEqual([]);
  });

  test('tells questions from documents, and never sends a text without words', async () => {
    const { server, provider } = await setUp();
    await provider.embed(['why?'], 'query');
    await provider.embed([' \n'], 'document');
    expect(server.requests.map(({ body }) => body)).toEqual([
      { model: 'nomic', input: ['search_query: why?'], encoding_format: 'float' },
      { model: 'nomic', input: ['search_document: .'], encoding_format: 'float' },
    ]);
  });

  test('asks for a length only where one is set', async () => {
    const { server, provider } = await setUp({}, { dimensions: 64 });
    await provider.embed(['why?'], 'query');
    expect(server.requests[0]?.body.dimensions).toBe(64);
  });

  test('has no more requests under way than allowed', async () => {
    const { server, provider } = await setUp({ embeddings: [{ waitMs: 30 }] }, { batch: 1 });
    await Promise.all([
      provider.embed(['a', 'b', 'c'], 'document'),
      provider.embed(['d', 'e'], 'document'),
    ]);
    const most = server.requests.map(
      ({ at }) =>
        server.requests.filter((other) => other.at <= at && (other.closedAt ?? Infinity) > at)
          .length,
    );
    expect(Math.max(...most)).toBeLessThanOrEqual(2);
  });

  test('tries again what failed for a moment', async () => {
    const embeddings = [{ status: 429, headers: { 'retry-after': '0' } }, {}];
    const { server, provider } = await setUp({ embeddings }, { maxRetries: 1 });
    expect(await provider.embed(['a'], 'document')).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  test('ends with its signal, and ends the request', async () => {
    const { server, provider } = await setUp({ embeddings: [{ waitMs: 600_000 }] });
    const controller = new AbortController();
    const work = provider.embed(['a'], 'document', controller.signal);
    const left = expect(work).rejects.toThrow('the caller left');
    await expect.poll(() => server.requests).toHaveLength(1);
    controller.abort(new Error('the caller left'));
    await left;
    await server.requests[0]?.closed;
    expect(server.requests[0]?.answered).toBe(false);
  });

  test('a question waits no longer than its limit', async () => {
    const { provider } = await setUp(
      { embeddings: [{ waitMs: 600_000 }] },
      { queryTimeoutMs: 300 },
    );
    await expect(provider.embed(['a'], 'query')).rejects.toMatchObject({ code: 'model_timeout' });
  });

  test('the other requests are given up when one fails', async () => {
    const { server, provider } = await setUp(
      {
        embeddings: [
          // Once the other one is under way.
          { when: 'bad', status: 400, waitMs: 500 },
          { when: 'slow', waitMs: 600_000 },
        ],
      },
      { batch: 1 },
    );
    const work = provider.embed(['slow', 'bad'], 'document');
    await expect(work).rejects.toMatchObject({ code: 'model_failed' });
    await Promise.all(server.requests.map(({ closed }) => closed));
    expect(server.requests.find(({ body }) => body.input?.[0]?.includes('slow'))?.answered).toBe(
      false,
    );
  });
});

describe('an answer that cannot be used', () => {
  const good = Array.from({ length: 64 }, () => 1);
  test.each([
    ['too few vectors', answers(good)],
    ['too many vectors', answers(good, good, good)],
    ['a shorter vector', answers(good, good.slice(1))],
    ['a longer vector', answers(good, [...good, 1])],
    ['an empty vector', answers(good, [])],
    [
      'a zero vector',
      answers(
        good,
        good.map(() => 0),
      ),
    ],
    ['what is not a number', answers(good, [...good.slice(1), null])],
    ['a number that is too large', { embeddings: [{ body: `{"data":[{"embedding":[1e999]}]}` }] }],
    ['base64 that breaks off', answers(good, 'AAAAAAA=')],
    [
      'NaN in base64',
      answers(
        good,
        Buffer.from(Float32Array.from(good, () => Number.NaN).buffer).toString('base64'),
      ),
    ],
    [
      'the same index twice',
      {
        embeddings: [
          {
            body: JSON.stringify({
              data: [good, good].map((embedding) => ({ index: 0, embedding })),
            }),
          },
        ],
      },
    ],
    ['no embeddings', { embeddings: [{ body: '{"object":"list"}' }] }],
    ['no JSON', { embeddings: [{ body: '<html>' }] }],
    ['an answer that breaks off', { embeddings: [{ resetAtByte: 40 }] }],
    ['a refusal', { embeddings: [{ status: 400 }] }],
  ])('is model_failed: %s', async (_, playing) => {
    const { provider } = await setUp(playing);
    await expect(provider.embed(['a', 'b'], 'document')).rejects.toMatchObject({
      code: 'model_failed',
    });
  });
});

describe('reading vectors', () => {
  const numbers = fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 20,
    })
    .filter((vector) => vector.some((number) => number !== 0));

  test('from floats and from base64 gives the same, of unit length', () => {
    fc.assert(
      fc.property(numbers, (vector) => {
        const bytes = Buffer.from(Float32Array.from(vector).buffer);
        const [floats] = readVectors({ data: [{ embedding: vector }] }, 1);
        const [base64] = readVectors({ data: [{ embedding: bytes.toString('base64') }] }, 1);
        expect(floats).toEqual(base64);
        expect(length(floats)).toBeCloseTo(1, 5);
      }),
    );
  });

  test('goes by their index, whatever their order', () => {
    const data = [
      { index: 1, embedding: [0, 2] },
      { index: 0, embedding: [3, 0] },
    ];
    expect(readVectors({ data }, 2)).toEqual([new Float32Array([1, 0]), new Float32Array([0, 1])]);
  });
});

test('the length of a model is asked for', async () => {
  const { embeddings } = await setUp({ dimensions: 12 });
  expect(await embeddings.measure('any')).toBe(12);
});

test('a model that nothing here makes vectors of is not available', () => {
  const { providerFor } = createConfiguredEmbeddings();
  expect(() => providerFor(MODEL)).toThrow(expect.objectContaining({ code: 'model_unavailable' }));
  const renamed = { provider: 'hash', name: 'hash-v2', dimensions: 1_024 };
  expect(() => providerFor(renamed)).toThrow();
});
