import { describe, expect, it } from 'vitest';
import { readWhisperCpp } from './readers.ts';
import { locationOf } from './unreadable.ts';

const token = (text: string, from: number, to: number, p: number) => ({
  text,
  timestamps: {},
  offsets: { from, to },
  id: 1,
  p,
});
const segment = (from: number, to: number, text: string, over = {}) => ({
  timestamps: {},
  offsets: { from, to },
  text,
  ...over,
});
const read = (...transcription: unknown[]) =>
  readWhisperCpp(JSON.stringify({ result: { language: 'en' }, transcription }));

describe('reading the JSON of whisper.cpp', () => {
  it('reads milliseconds, a leading space and the language', () => {
    const { format, language, segments } = read(segment(0, 1_500, ' Hello.'));
    expect({ format, language }).toEqual({ format: 'whisper_cpp', language: 'en' });
    expect(segments).toEqual([
      { startMs: 0, endMs: 1_500, speaker: null, text: 'Hello.', words: null, confidence: null },
    ]);
  });

  it('joins tokens into words, and leaves out those that only steer the model', () => {
    const { segments } = read(
      segment(0, 1_500, ' Good morning.', {
        tokens: [
          token('[_BEG_]', 0, 0, 0.9),
          token(' Good', 0, 500, 0.5),
          token(' mor', 500, 800, 0.4),
          token('ning', 800, 1_100, 0.9),
          token('.', 1_100, 1_100, 1),
          token('<|endoftext|>', 1_100, 1_100, 1),
          token('[_TT_75]', 1_500, 1_500, 0.1),
        ],
      }),
    );
    const [first] = segments;
    expect(first?.words).toMatchObject([
      { text: 'Good', startMs: 0, endMs: 500 },
      { text: 'morning.', startMs: 500, endMs: 1_100 },
    ]);
    expect(first?.words?.[0]?.confidence).toBeCloseTo(0.5);
    expect(first?.words?.[1]?.confidence).toBeCloseTo((0.4 * 0.9) ** (1 / 3));
    expect(first?.confidence).toBeCloseTo((0.5 * 0.4 * 0.9) ** (1 / 4));
  });

  it('reads speakers of two channels, and none where both are alike', () => {
    const { segments } = read(
      segment(0, 1, 'a', { speaker: '1' }),
      segment(1, 2, 'b', { speaker: '?' }),
    );
    expect(segments.map(({ speaker }) => speaker)).toEqual(['Speaker 1', null]);
  });

  it.each([
    [
      'times that fall back',
      [segment(9_000, 9_000, 'a'), segment(0, 1, 'b')],
      '/1/offsets/from falls back from 9 s to 0 s',
    ],
    ['a segment that is none', [1], '/transcription/0 is not an object'],
    ['missing offsets', [{ text: 'a' }], '/transcription/0/offsets/from is not a number of ms'],
    ['an end before the start', [segment(2, 1, 'a')], '/transcription/0/end is 1 ms, before'],
    ['a text that is none', [{ ...segment(0, 1, 'a'), text: 1 }], '/0/text is not a string'],
    ['a token that is none', [segment(0, 1, 'a', { tokens: [1] })], '/tokens/0 is not a token'],
    [
      'a token without times',
      [segment(0, 1, 'a', { tokens: [{ text: 'a' }] })],
      '/tokens/0/offsets/from is not a number',
    ],
    ['no segments', [], 'expected whisper.cpp JSON'],
  ])('refuses %s', (_, segments, message) => {
    expect(locationOf(() => read(...segments)).message).toContain(message);
  });
});
