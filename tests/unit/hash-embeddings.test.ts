import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHashEmbeddings } from '../../src/providers/hash-embeddings.ts';

const embeddings = createHashEmbeddings();
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.lorem({ maxCount: 60 }),
);

async function embedOne(text: string, provider = embeddings): Promise<Float32Array> {
  const [vector] = await provider.embed([text], 'document');
  if (!vector) throw new Error('the provider returned no vector');
  return vector;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, i) => sum + component * (b[i] ?? 0), 0);
}

async function cosine(a: string, b: string): Promise<number> {
  return dot(await embedOne(a), await embedOne(b));
}

describe('the hash embedder', () => {
  it('is named after its dimensions and has 1,024 unless told otherwise', async () => {
    expect(embeddings).toMatchObject({ provider: 'hash', name: 'hash-1024', dimensions: 1024 });
    const small = createHashEmbeddings({ dimensions: 300 });
    expect(small).toMatchObject({ provider: 'hash', name: 'hash-300', dimensions: 300 });
    expect(await embedOne('tide mill', small)).toHaveLength(300);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d dimensions', (dimensions) => {
    expect(() => createHashEmbeddings({ dimensions })).toThrow(RangeError);
  });

  it('returns one vector for each text, in their order, across batches', async () => {
    const texts = Array.from({ length: 130 }, (_, i) => `text number ${i}`);
    const vectors = await embeddings.embed(texts, 'document');
    expect(vectors).toHaveLength(130);
    expect(vectors[129]).toEqual(await embedOne('text number 129'));
    expect(await embeddings.embed([], 'document')).toEqual([]);
  });

  it('gives any string a vector of unit length, whatever the dimensions', async () => {
    const dimensions = fc.constantFrom(1, 2, 7, 1024);
    await fc.assert(
      fc.asyncProperty(anyText, dimensions, async (text, size) => {
        const vector = await embedOne(text, createHashEmbeddings({ dimensions: size }));
        expect(vector).toHaveLength(size);
        expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(1, 5);
      }),
    );
  });

  it.each([
    ['an empty text', ''],
    ['white space', ' \n\t'],
    ['punctuation', '?!… — …'],
    ['an emoji', '🎉'],
    ['half of a surrogate pair', '\ud83c'],
    ['a lone combining mark', '\u0301'],
    ['a lone Chinese character', '水'],
    ['a single letter', 'a'],
  ])('never returns a zero vector for %s', async (_, text) => {
    const vector = await embedOne(text);
    expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(1, 5);
  });

  it('puts all texts without words at one place, far from any word', async () => {
    expect(await embedOne('')).toEqual(await embedOne('🎉 ?!'));
    expect(Math.abs(await cosine('', 'tide mill'))).toBeLessThan(0.1);
  });

  it('gives the same text the same vector, whatever else is in the call', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyText, { maxLength: 5 }), async (text, others) => {
        const vectors = await embeddings.embed([...others, text], 'document');
        expect(vectors.at(-1)).toEqual(await embedOne(text));
      }),
    );
  });

  // Stored vectors outlive the process. Whoever changes these numbers must change `name` too.
  it('still computes the vectors that are already stored', async () => {
    const vector = await embedOne('Wait for the black stone, wait.');
    const present = vector.filter((component) => component !== 0);
    expect(present).toHaveLength(55);
    expect(vector[9]).toBeCloseTo(0.068864, 5);
    expect(vector[16]).toBeCloseTo(0.19282, 5);
    expect(vector[20]).toBeCloseTo(-0.275457, 5);
    expect(vector[667]).toBeCloseTo(-0.466389, 5);
  });

  it('ignores case, compatibility forms and punctuation', async () => {
    expect(await embedOne('ＴＩＤＥ Mill; the ﬁrst')).toEqual(
      await embedOne('tide mill the first'),
    );
  });

  it('puts a misspelt paraphrase nearer than an unrelated text', async () => {
    const text = 'The wheel stalled because we had opened the sluice too early.';
    const paraphrase = 'Opening the slucie early meant that the whele stalled.';
    const unrelated = 'One bakery in the village takes two thirds of the flour.';
    expect(await cosine(text, paraphrase)).toBeGreaterThan((await cosine(text, unrelated)) + 0.2);
  });

  it('finds a misspelt or inflected word by its characters alone', async () => {
    expect(await cosine('greenheart', 'greenhart')).toBeGreaterThan(0.2);
    expect(await cosine('restoration', 'restorations')).toBeGreaterThan(0.3);
    expect(await cosine('greenheart', 'turbine')).toBeLessThan(0.1);
  });

  it('tells the order of words apart, yet keeps texts of the same words near', async () => {
    const similarity = await cosine('the wheel drives the stone', 'the stone drives the wheel');
    expect(similarity).toBeGreaterThan(0.7);
    expect(similarity).toBeLessThan(0.999);
  });

  it('lets a repeated word grow slower than its count', async () => {
    const once = await cosine('elm', 'elm wheel');
    const often = await cosine('elm', `${'elm '.repeat(20)}wheel`);
    expect(often).toBeGreaterThan(once);
    expect(await cosine('wheel', `${'elm '.repeat(20)}wheel`)).toBeGreaterThan(0.15);
  });

  it('finds a Chinese or Japanese word inside a sentence without spaces', async () => {
    expect(await cosine('潮汐', '这座潮汐磨坊很古老')).toBeGreaterThan(0.3);
    expect(await cosine('潮汐', '面包店在村子里')).toBeLessThan(0.1);
  });

  it('stops with the reason of its signal', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 500 }, () => 'tide mill');
    const work = embeddings.embed(texts, 'document', controller.signal);
    controller.abort(new Error('the client left'));
    await expect(work).rejects.toThrow('the client left');
  });
});
