import { setImmediate } from 'node:timers/promises';
import type { EmbeddingProvider } from './embeddings.ts';

// Chinese, Japanese and Korean are taken character by character, so that their word bigrams are
// the character bigrams which these languages are searched by.
const CJK = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]`;
const WORD = new RegExp(String.raw`${CJK}|[[\p{L}\p{M}\p{N}]--${CJK}]+`, 'gv');

// A word of n letters has about 3n character n-grams. At full weight they would drown the word;
// at 0.25 they hold a quarter to a half of the vector's energy: enough for a misspelling or an
// inflection to stay near, too little for look-alikes to pass as the same word. That a longer word
// has more of them is wanted: without document frequencies, length tells content from stop words.
const CHARACTER_WEIGHT = 0.25;
const BIGRAM_WEIGHT = 0.7;
const MIN_NGRAM = 3;
const MAX_NGRAM = 5;

// The kinds of feature start from different states: the word `art` is not that part of `party`.
const WORD_FEATURE = fnv1a('w');
const BIGRAM_FEATURE = fnv1a('b');
const NGRAM_FEATURE = fnv1a('n');
const NO_FEATURE = fnv1a('-');

/** The provider that needs nothing; how its vectors are stored and compared depends on it. */
export const HASH = 'hash';

// Texts between two turns of the event loop.
const BATCH = 64;

/**
 * The embedder that needs no model and no network: the hashing trick with signs (Weinberger et al.
 * 2009, https://arxiv.org/abs/0902.2206) over words, word bigrams and the character 3 to 5-grams of
 * each word between boundary marks (as in fastText, https://arxiv.org/abs/1607.04606). A word or
 * bigram that occurs tf times weighs 1 + ln tf, and its character n-grams follow it. It sees shared
 * words and spellings, not meanings, so search gives it little weight beside BM25.
 *
 * The same text gives the same vector on every machine: the hashes are integer arithmetic and the
 * sums run in the order of the text.
 *
 * @param options.dimensions length of the vectors, 1,024 unless told
 * @returns a provider whose vectors have unit length
 * @throws RangeError when `dimensions` is not a positive integer
 */
export function createHashEmbeddings({ dimensions = 1024 } = {}): EmbeddingProvider {
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RangeError(`dimensions must be a positive integer, not ${dimensions}`);
  }
  return {
    provider: HASH,
    name: `hash-${dimensions}`,
    dimensions,
    async embed(texts, _purpose, signal) {
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        signal?.throwIfAborted();
        vectors.push(embedText(text, dimensions));
        // A long transcript must neither hold up other requests nor be deaf to its signal.
        if (vectors.length % BATCH === 0) await setImmediate();
      }
      return vectors;
    },
  };
}

function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  for (const [word, tf] of tally(words)) {
    const weight = 1 + Math.log(tf);
    add(vector, fnv1a(word, WORD_FEATURE), weight);
    addNgrams(vector, ` ${word} `, weight * CHARACTER_WEIGHT);
  }
  const bigrams = words
    .slice(1)
    .map((word, i) => fnv1a(word, fnv1a(' ', fnv1a(words[i] ?? '', BIGRAM_FEATURE))));
  for (const [bigram, tf] of tally(bigrams)) {
    add(vector, bigram, BIGRAM_WEIGHT * (1 + Math.log(tf)));
  }
  return toUnitLength(vector);
}

/** Adds the character n-grams of `marked`, a word between boundary marks, in one pass for all n. */
function addNgrams(vector: Float32Array, marked: string, weight: number): void {
  for (let start = 0; start + MIN_NGRAM <= marked.length; start++) {
    const end = Math.min(start + MAX_NGRAM, marked.length);
    let state = NGRAM_FEATURE;
    for (let i = start; i < end; i++) {
      state = fnv1aStep(state, marked.charCodeAt(i));
      if (i - start + 1 >= MIN_NGRAM) add(vector, state, weight);
    }
  }
}

/** Adds one feature: its hash chooses the component and, so that collisions cancel, the sign. */
function add(vector: Float32Array, feature: number, weight: number): void {
  const bits = fmix32(feature);
  const index = (bits >>> 1) % vector.length;
  vector[index] = (vector[index] ?? 0) + (bits & 1 ? weight : -weight);
}

function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const component of vector) squares += component * component;
  if (squares === 0) {
    // No words, or (with few dimensions) features that cancelled each other out: all such texts
    // share one feature of their own, since a zero vector has no cosine distance to anything.
    add(vector, NO_FEATURE, 1);
    return vector;
  }
  const scale = 1 / Math.sqrt(squares);
  return vector.map((component) => component * scale);
}

function tally<T>(items: T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** 32-bit FNV-1a over the UTF-16LE bytes of `text`: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string, state = 0x811c9dc5): number {
  let hash = state;
  for (let i = 0; i < text.length; i++) hash = fnv1aStep(hash, text.charCodeAt(i));
  return hash;
}

function fnv1aStep(state: number, unit: number): number {
  const low = Math.imul(state ^ (unit & 0xff), 0x01000193);
  return Math.imul(low ^ (unit >>> 8), 0x01000193);
}

/**
 * The finaliser of MurmurHash3 (Austin Appleby, https://github.com/aappleby/smhasher).
 * FNV needs it here: its lowest bit is only the parity of the input's lowest bits, a poor sign.
 */
function fmix32(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
