import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import {
  type Chunk,
  chunkSegments as eachChunk,
  MAX_CHUNK_LENGTH,
} from '../../../src/transcripts/chunking.ts';
import { countWords } from '../../../src/transcripts/segments.ts';
import { countTokens } from '../../../src/transcripts/tokens.ts';
import { segment, talk, words } from './factories.ts';

const chunkSegments = (...args: Parameters<typeof eachChunk>) => [...eachChunk(...args)];
const sizes = (chunks: Chunk[]) => chunks.map(({ chunkText }) => countWords(chunkText));

describe('chunks', () => {
  it('are runs of whole segments of about 80 words, without overlap', () => {
    const chunks = chunkSegments(talk(100, 10));
    expect(sizes(chunks)).toEqual([...Array.from({ length: 11 }, () => 80), 60, 60]);
    expect(chunks[1]).toMatchObject({
      chunkIndex: 1,
      firstSegment: 8,
      lastSegment: 15,
      startMs: 24_000,
      endMs: 47_800,
    });
    expect(chunks[0]?.chunkText.startsWith('s0w0 s0w1')).toBe(true);
    expect(chunks[0]?.chunkText).toContain('s0w9 s1w0');
  });

  it('are made of as many words as is asked for', () => {
    expect(sizes(chunkSegments(talk(10, 10), { words: 20 }))).toEqual([20, 20, 20, 20, 20]);
  });

  it('are cut where a chapter begins rather than at 80 words', () => {
    const chapters = [0, 27_000].map((startMs) => ({ startMs, title: 'Chapter' }));
    const chunks = chunkSegments(talk(16, 10), { chapters });
    expect(sizes(chunks)).toEqual([90, 70]);
    expect(chunks[1]).toMatchObject({ firstSegment: 9, startMs: 27_000 });
  });

  it('are cut at a change of speaker rather than at 80 words', () => {
    const segments = talk(16, 10).map((one, index) => ({
      ...one,
      speaker: index < 7 ? 'Ada' : 'Bob',
    }));
    const chunks = chunkSegments(segments);
    expect(chunks.map(({ firstSegment, lastSegment }) => [firstSegment, lastSegment])).toEqual([
      [0, 6],
      [7, 15],
    ]);
  });

  it('are cut at a pause over 700 ms rather than at 80 words', () => {
    const pauses = (ms: number) =>
      talk(16, 10).map((one, index) => (index === 8 ? { ...one, endMs: 27_000 - ms } : one));
    expect(chunkSegments(pauses(701))[0]?.lastSegment).toBe(8);
    expect(chunkSegments(pauses(700))[0]?.lastSegment).toBe(7);
  });

  it('name the speaker at the start and at each change', () => {
    const speakers = ['Ada', 'Ada', 'Bob', null, 'Ada'];
    const [chunk] = chunkSegments(
      speakers.map((speaker, index) => segment({ speaker, text: `t${index}\nx` })),
    );
    expect(chunk?.chunkText).toBe('Ada: t0\nx t1\nx\nBob: t2\nx\nt3\nx\nAda: t4\nx');
  });

  it('take in a short rest where that stays under 120 words, and share it where not', () => {
    expect(sizes(chunkSegments(talk(9, 10)))).toEqual([90]);
    expect(sizes(chunkSegments(talk(11, 10)))).toEqual([110]);
    expect(sizes(chunkSegments(talk(12, 10)))).toEqual([60, 60]);
    expect(sizes(chunkSegments(talk(13, 10)))).toEqual([70, 60]);
  });

  it('end at the latest end within them', () => {
    const [chunk] = chunkSegments([
      segment({ startMs: 0, endMs: 9_000 }),
      segment({ startMs: 1_000, endMs: 2_000 }),
    ]);
    expect(chunk).toMatchObject({ startMs: 0, endMs: 9_000 });
  });

  it('have no times where the transcript has none', () => {
    const [chunk] = chunkSegments([segment({ startMs: null, endMs: null, text: words(150) })]);
    expect(chunk).toMatchObject({ startMs: null, endMs: null });
  });

  it('are none for no segments', () => {
    expect(chunkSegments([])).toEqual([]);
  });
});

describe('a segment longer than a chunk', () => {
  const sentence = (index: number) => `${words(30, `S${index}w`)}. `;
  const long = Array.from({ length: 8 }, (_, index) => sentence(index)).join('');

  it('is split at sentences, and its times are shared out by words', () => {
    const chunks = chunkSegments([segment({ startMs: 1_000, endMs: 25_000, text: long })]);
    expect(sizes(chunks)).toEqual([60, 60, 60, 60]);
    expect(chunks.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [1_000, 7_000],
      [7_000, 13_000],
      [13_000, 19_000],
      [19_000, 25_000],
    ]);
    expect(chunks.map(({ chunkText }) => chunkText).join('')).toBe(long);
    expect(chunks.every(({ firstSegment, lastSegment }) => firstSegment + lastSegment === 0)).toBe(
      true,
    );
  });

  it('takes its times from its words where they are known', () => {
    const spoken = long
      .trim()
      .split(' ')
      .map((text, index) => ({
        text,
        startMs: 1_000 + index * 50,
        endMs: 1_040 + index * 50,
        confidence: null,
      }));
    const [first, second] = chunkSegments([
      segment({ startMs: 1_000, endMs: 90_000, text: long, words: spoken }),
    ]);
    expect([first?.startMs, first?.endMs]).toEqual([1_000, 3_990]);
    expect([second?.startMs, second?.endMs]).toEqual([4_000, 6_990]);
  });

  it('shares its times out by words where its words are not those of its text', () => {
    const other = [{ text: 'elsewhere', startMs: 2_000, endMs: 3_000, confidence: null }];
    const text = words(160);
    const chunks = chunkSegments([segment({ startMs: 0, endMs: 8_000, text, words: other })]);
    expect(chunks.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 4_000],
      [4_000, 8_000],
    ]);
  });

  it('is cut at words where a sentence is too long', () => {
    const chunks = chunkSegments([segment({ text: words(250) })]);
    expect(sizes(chunks)).toEqual([80, 80, 90]);
    expect(chunks[1]?.chunkText.startsWith('w80 ')).toBe(true);
  });

  it('is cut between Han characters, which have no spaces between them', () => {
    const chunks = chunkSegments([segment({ text: '我'.repeat(400) })]);
    expect(sizes(chunks)).toEqual([80, 80, 80, 80, 80]);
  });

  it('is cut between code points where a word is too long for any chunk', () => {
    const text = `x${'😀'.repeat(5_000)}`;
    const chunks = chunkSegments([segment({ text, speaker: 'A'.repeat(255) })]);
    for (const { chunkText } of chunks) {
      expect(chunkText.length).toBeLessThanOrEqual(MAX_CHUNK_LENGTH);
      expect(chunkText.isWellFormed()).toBe(true);
    }
    expect(chunks.map(({ chunkText }) => chunkText.slice(257)).join('')).toBe(text);
  });
});

const anySegments: fc.Arbitrary<Segment[]> = fc
  .array(
    fc.record({
      text: fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.nat({ max: 300 }).map((count) => words(count + 1)),
        fc
          .nat({ max: 6_000 })
          .map((length) => '𠮷 x'.repeat(length / 100 + 1).slice(0, length + 1)),
        fc.nat({ max: 9_000 }).map((length) => 'é'.repeat(length + 1)),
      ),
      speaker: fc.constantFrom(null, 'Ada', 'B'.repeat(255)),
      gap: fc.nat({ max: 2_000 }),
      length: fc.nat({ max: 9_000 }),
    }),
    { maxLength: 40 },
  )
  .map((items) => {
    let startMs = 0;
    return items.map(({ gap, length, text, speaker }) => {
      startMs += gap;
      return segment({ startMs, endMs: startMs + length, text: text.toWellFormed(), speaker });
    });
  });

/** What is left of a chunk's text without the labels and separators between its segments. */
const bare = (text: string) => text.replace(/(?:^|\n)(?:Ada|B{255}): /g, '').replace(/\s/g, '');

describe('any chunks', () => {
  it('cover all segments in order, and lose no character', () => {
    fc.assert(
      fc.property(anySegments, fc.constantFrom(20, 80), (segments, size) => {
        const chunks = chunkSegments(segments, { words: size });
        const said = chunks.map(({ chunkText }) => bare(chunkText)).join('');
        expect(said).toBe(segments.map(({ text }) => text.replace(/\s/g, '')).join(''));
        let covered = -1;
        for (const [index, chunk] of chunks.entries()) {
          expect(chunk.chunkIndex).toBe(index);
          expect(chunk.firstSegment).toBeGreaterThanOrEqual(Math.max(0, covered));
          expect(chunk.firstSegment).toBeLessThanOrEqual(covered + 1);
          expect(chunk.lastSegment).toBeGreaterThanOrEqual(chunk.firstSegment);
          covered = chunk.lastSegment;
        }
        expect(covered).toBe(segments.length - 1);
      }),
    );
  });

  it('have times within the transcript', () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        const last = Math.max(0, ...segments.map(({ endMs }) => endMs ?? 0));
        for (const { startMs, endMs } of chunkSegments(segments)) {
          expect(startMs).toBeGreaterThanOrEqual(segments[0]?.startMs ?? 0);
          expect(endMs).toBeGreaterThanOrEqual(startMs ?? Number.NaN);
          expect(endMs).toBeLessThanOrEqual(last);
        }
      }),
    );
  });

  it('have times that run forward where nobody interrupts', () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        let now = 0;
        const polite = segments.map((one) => {
          const startMs = now;
          now += (one.endMs ?? 0) - (one.startMs ?? 0);
          return { ...one, startMs, endMs: now };
        });
        let previous = 0;
        for (const { startMs, endMs } of chunkSegments(polite)) {
          expect(startMs).toBeGreaterThanOrEqual(previous);
          previous = endMs ?? Number.NaN;
        }
      }),
    );
  });

  it('are of a size that can be embedded, and have tokens', () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        for (const { chunkText } of chunkSegments(segments)) {
          expect(chunkText.length).toBeLessThanOrEqual(MAX_CHUNK_LENGTH);
          expect(chunkText.isWellFormed()).toBe(true);
          expect(countTokens(chunkText)).toBeGreaterThan(0);
          expect(countWords(chunkText)).toBeLessThanOrEqual(120 + 40);
        }
      }),
    );
  });
});
