import { describe, expect, it } from 'vitest';
import { MAX_MS, MAX_SEGMENTS } from '../../../src/transcripts/limits.ts';
import { countWords, durationMs, type SegmentInput } from '../../../src/transcripts/segments.ts';
import { segment } from './factories.ts';
import { fromSegments, transcriptText } from './readers.ts';
import { locationOf } from './unreadable.ts';

describe('segments that come as data', () => {
  it('are completed, trimmed and kept', () => {
    const word = { text: 'a', startMs: 0, endMs: 5, confidence: null };
    const parsed = fromSegments([
      { startMs: 0, endMs: 5, text: ' a\r\nb ', speaker: ' Ada ', words: [word], confidence: 1 },
      { startMs: 5, endMs: MAX_MS, text: 'c', speaker: '' },
    ]);
    expect(parsed).toEqual({
      format: 'segments',
      language: null,
      trackKind: 'unknown',
      counts: { cuesRead: 2, wordsRead: 3, merged: 0, dropped: 0, overlapping: 0, outOfOrder: 0 },
      warnings: [],
      segments: [
        { startMs: 0, endMs: 5, speaker: 'Ada', text: 'a\nb', words: [word], confidence: 1 },
        segment({ startMs: 5, endMs: MAX_MS, text: 'c' }),
      ],
    });
  });

  it('may all be without times, and then keep their order', () => {
    const { segments } = fromSegments([{ text: 'b' }, { startMs: null, text: 'a' }]);
    expect(segments.map(({ startMs, text }) => [startMs, text])).toEqual([
      [null, 'b'],
      [null, 'a'],
    ]);
  });

  it('have no confidence that the database would refuse as too small', () => {
    expect(fromSegments([{ text: 'a', confidence: 1e-50 }]).segments[0]?.confidence).toBe(0);
    expect(fromSegments([{ text: 'a', confidence: 0.5 }]).segments[0]?.confidence).toBe(0.5);
  });

  it('are sorted by start, end and position, with a warning', () => {
    const { segments, warnings } = fromSegments([
      { startMs: 5, endMs: 9, text: 'd' },
      { startMs: 0, endMs: 5, text: 'b' },
      { startMs: 0, endMs: 5, text: 'c' },
      { startMs: 0, endMs: 4, text: 'a' },
    ]);
    expect(segments.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
    expect(warnings[0]).toEqual({
      code: 'out_of_order',
      message: 'cues started before the one in front of them and were sorted by time',
      count: 2,
      line: null,
    });
  });

  it('are dropped where they have no text, with a warning', () => {
    const { segments, warnings } = fromSegments([{ text: ' \n' }, { text: 'a' }]);
    expect(segments).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'empty_cue', count: 1, line: null }]);
  });

  const fine = { startMs: 0, endMs: 5, text: 'a' };
  const badWord = { text: 'a', startMs: 3, endMs: 2, confidence: null };
  it.each<[string, SegmentInput[], string]>([
    ['an end before the start', [fine, { startMs: 5, endMs: 4, text: 'b' }], '/segments/1/endMs'],
    ['a negative start', [{ ...fine, startMs: -1 }], '/segments/0/startMs'],
    ['half a millisecond', [{ ...fine, endMs: 5.5 }], '/segments/0/endMs'],
    ['a time too large', [{ ...fine, endMs: MAX_MS + 1 }], '/segments/0/endMs'],
    ['a time that is no number', [{ ...fine, startMs: Number.NaN }], '/segments/0/startMs'],
    ['a start without an end', [{ startMs: 1, text: 'a' }], '/segments/0/endMs'],
    ['an end without a start', [{ endMs: 1, text: 'a' }], '/segments/0/startMs'],
    ['times for some only', [fine, { text: 'b' }], '/segments/1/startMs'],
    ['a NUL', [{ text: 'a\0' }], '/segments/0/text'],
    ['half an emoji', [{ text: 'a', speaker: '\uD83D' }], '/segments/0/speaker'],
    ['a word that runs backwards', [{ ...fine, words: [badWord] }], '/segments/0/words/0/endMs'],
    ['too much confidence', [{ ...fine, confidence: 1.5 }], '/segments/0/confidence'],
    ['nothing', [], '/segments'],
    ['no text', [{ text: ' ' }], '/segments'],
  ])('are refused with a pointer to %s', (_, inputs, path) => {
    expect(locationOf(() => fromSegments(inputs)).path).toBe(path);
  });

  it('are refused where there are too many', () => {
    const inputs = Array.from({ length: MAX_SEGMENTS + 1 }, () => ({ text: 'a' }));
    expect(locationOf(() => fromSegments(inputs)).path).toBe('/segments');
  });
});

describe('the text of a transcript', () => {
  it('has a line per segment and the speaker at each change', () => {
    const text = transcriptText([
      segment({ speaker: 'Ada', text: 'One\n two.' }),
      segment({ speaker: 'Ada', text: 'Three.' }),
      segment({ text: '(door)' }),
      segment({ speaker: 'Ada', text: 'Four.' }),
      segment({ speaker: 'Bob', text: 'Five.' }),
    ]);
    expect(text).toBe('Ada: One two.\nThree.\n(door)\nAda: Four.\nBob: Five.');
  });
});

describe('counting words', () => {
  it.each([
    ['', 0],
    [' \n\t', 0],
    ['Hello, world!', 2],
    ["don't re-enter — it's 3.14", 4],
    ['♪ ♪ -- …', 0],
    ['naïve café über-cool', 3],
    ['слово за слово', 3],
    ['我爱你。', 3],
    ['我用 GPT4 写「代码」', 6],
    ['これはペンです', 7],
    ['한국어 문장', 2],
    ['a\u00A0b\u3000c', 3],
    ['hi 😀 𠮷野家', 4],
  ])('of %j gives %i', (text, count) => {
    expect(countWords(text)).toBe(count);
  });
});

describe('the duration of a transcript', () => {
  it('is the latest end, or null without times', () => {
    expect(durationMs([segment({ endMs: 9_000 }), segment({ endMs: 2_000 })])).toBe(9_000);
    expect(durationMs([segment({ startMs: null, endMs: null })])).toBeNull();
    expect(durationMs([])).toBeNull();
  });
});

describe('the speakers of words', () => {
  const word = (speaker: string) => ({
    text: 'Hi',
    startMs: 0,
    endMs: 100,
    confidence: null,
    speaker,
  });
  const read = (speaker: string) =>
    fromSegments([{ startMs: 0, endMs: 900, speaker: 'A', text: 'Hi', words: [word(speaker)] }]);

  it('are cleaned like those of segments, and left out where they say the same', () => {
    expect(read(' B  C ').segments[0]?.words?.[0]?.speaker).toBe('B C');
    expect(read(' A ').segments[0]?.words?.[0]).not.toHaveProperty('speaker');
  });

  it.each(['x\0', 'x\ud800'])('are text that can be stored: %j is none', (speaker) => {
    expect(() => read(speaker)).toThrow(/\/segments\/0\/words\/0\/speaker/);
  });
});
