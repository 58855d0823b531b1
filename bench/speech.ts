import type { Segment } from '../src/schemas/segments.ts';

/**
 * Transcripts that no one ever spoke, with the statistics of those that people did: a few stop
 * words make up half of the text, the rest follows Zipf's law, and what a passage is about is said
 * again and again and then no more. The same seed gives the same text on every machine.
 */

const STOP_WORDS =
  'the and to of a that i it in you is so we this for was on but have they what be are with not do as like at there just if about can or your all he one will would my know from an think me when how more out up which them then people because some really had get their were going no who been has did by could than very well into other now our see here only him his her she'.split(
    ' ',
  );
const ONSETS =
  'b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sh sl sp st str t th tr v w'.split(
    ' ',
  );
const VOWELS = 'a e i o u ai ea ee oa ou'.split(' ');
const CODAS = [
  ...Array<string>(20).fill(''),
  ...'b ck d ft g l ll m mp n nd ng nt p r rd rk rm rn s sk ss st t th x'.split(' '),
];
const SIZE = 30_000;
/** The words of a passage that it is about, and how much of its text they are. */
const TOPIC_WORDS = 12;
const TOPIC_SHARE = 0.12;
const PASSAGE_WORDS = 400;
const SPEAKERS = ['Ada', 'Grace'];
const MS_PER_WORD = 400;

type Random = () => number;

/** Mulberry32 (Tommy Ettinger): a number from 0 to 1, 1 excluded. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <Item>(random: Random, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
};

/** By falling frequency: stop words first, then invented words, the shorter ones rather earlier. */
const VOCABULARY: readonly string[] = (() => {
  const random = createRandom(1);
  const words = new Set(STOP_WORDS);
  while (words.size < SIZE) {
    const syllables = 1 + Math.floor(random() * (words.size < 5_000 ? 2 : 3));
    let word = '';
    for (let i = 0; i < syllables; i++) {
      word += pick(random, ONSETS) + pick(random, VOWELS) + pick(random, CODAS);
    }
    words.add(word);
  }
  return [...words];
})();

/** Zipf and Mandelbrot: the word of rank r has a share of 1 / (r + 2.7)^1.15. */
const CUMULATED: Float64Array = (() => {
  let sum = 0;
  return Float64Array.from(VOCABULARY, (_word, rank) => {
    sum += 1 / (rank + 1 + 2.7) ** 1.15;
    return sum;
  });
})();

function zipfWord(random: Random): string {
  const at = random() * (CUMULATED.at(-1) ?? 0);
  let low = 0;
  for (let high = SIZE - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if ((CUMULATED[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return VOCABULARY[low] ?? '';
}

/** A word of a rank between two, all ranks alike. */
const wordOfRank = (random: Random, from: number, to: number): string =>
  VOCABULARY[from + Math.floor(random() * (to - from))] ?? '';

function* speak(random: Random): Generator<string> {
  for (;;) {
    const topic = Array.from({ length: TOPIC_WORDS }, () => wordOfRank(random, 200, SIZE));
    for (let i = 0; i < PASSAGE_WORDS; i++) {
      yield random() < TOPIC_SHARE ? pick(random, topic) : zipfWord(random);
    }
  }
}

/** The next words; `Iterator.take` would end the speech with them. */
const take = (words: Generator<string>, count: number): string[] =>
  Array.from({ length: count }, () => words.next().value);

/** Sentences of `count` words in all. */
export function createText(seed: number, count: number): string {
  const random = createRandom(seed);
  const words = take(speak(random), count);
  return words.map((word, i) => (i % 11 === 10 ? `${word}.` : word)).join(' ');
}

/** An interview as WebVTT with voices: 150 words a minute in cues of 4 s, and so 900 an hour. */
export function createWebVtt(seed: number, hours: number): string {
  const random = createRandom(seed);
  const words = speak(random);
  const cues: string[] = ['WEBVTT'];
  let turn = 0;
  let left = 0;
  let startMs = 0;
  for (let cue = 0; cue < hours * 900; cue++) {
    if (left-- === 0) {
      turn += 1;
      left = 2 + Math.floor(random() * 8);
    }
    const text = take(words, 10);
    const endMs = startMs + text.length * MS_PER_WORD;
    const voice = SPEAKERS[turn % SPEAKERS.length] ?? '';
    const end = random() < 0.6 ? '.' : '';
    cues.push(`${clock(startMs)} --> ${clock(endMs)}\n<v ${voice}>${text.join(' ')}${end}`);
    startMs = endMs;
  }
  return `${cues.join('\n\n')}\n`;
}

/** A talk with the times of its words: 9,000 of them an hour, in segments of 3 s. */
export function createWordSegments(seed: number, hours: number): Segment[] {
  const words = speak(createRandom(seed));
  return Array.from({ length: hours * 1_200 }, (_none, index) => {
    const texts = take(words, index % 2 === 0 ? 7 : 8);
    const startMs = index * 3_000;
    return {
      startMs,
      endMs: startMs + 3_000,
      speaker: SPEAKERS[Math.floor(index / 20) % SPEAKERS.length] ?? null,
      text: texts.join(' '),
      words: texts.map((text, place) => {
        const at = startMs + place * 370;
        return { text, startMs: at, endMs: at + 350, confidence: (place + 1) / 8 };
      }),
      confidence: 0.5,
    };
  });
}

/**
 * Questions of two to eight words: stop words, frequent words and rare ones; one in ten has a
 * letter too few.
 */
export function createQuestions(seed: number, count: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_none, index) => {
    const words = Array.from({ length: 2 + Math.floor(random() * 7) }, (_each, place) => {
      const kind = random();
      // At least one word that is not a stop word.
      if (place > 0 && kind < 0.35) return zipfWord(random);
      return kind < 0.75 ? wordOfRank(random, 100, 1_500) : wordOfRank(random, 1_500, SIZE);
    });
    if (index % 10 === 9) words[0] = (words[0] ?? '').slice(0, -2) + (words[0] ?? '').slice(-1);
    return words.join(' ');
  });
}

function clock(ms: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60];
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(ms % 1_000).padStart(3, '0')}`;
}
