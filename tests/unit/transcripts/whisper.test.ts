import { describe, expect, it } from 'vitest';
import { readWhisper } from './readers.ts';
import { locationOf } from './unreadable.ts';

const read = (document: unknown) => readWhisper(JSON.stringify(document));
const one = (over: object) => read({ segments: [{ start: 1, end: 2, text: 'a', ...over }] });

describe('reading Whisper JSON', () => {
  it('reads openai-whisper: seconds, a leading space, and the mean log probability', () => {
    const { format, language, segments } = read({
      text: ' Hello.',
      language: 'en',
      segments: [
        { id: 0, start: 0.1, end: 7.62, text: ' Hello.', avg_logprob: -0.25, no_speech_prob: 0.9 },
      ],
    });
    expect({ format, language }).toEqual({ format: 'whisper', language: 'en' });
    expect(segments).toEqual([
      {
        startMs: 100,
        endMs: 7_620,
        speaker: null,
        text: 'Hello.',
        words: null,
        confidence: Math.exp(-0.25),
        recognition: { avgLogprob: -0.25, noSpeechProb: 0.9 },
      },
    ]);
  });

  it('reads words under any of their names', () => {
    const { segments } = one({
      words: [
        { word: ' a', start: 1, end: 1.2, probability: 0.5 },
        { word: 'b', start: 1.2, end: 1.3, score: 0.6 },
        { text: 'c', start: 1.3, end: 2, confidence: 0.7 },
        { text: ' ', start: 2, end: 2 },
      ],
    });
    expect(segments[0]?.words).toEqual([
      { text: 'a', startMs: 1_000, endMs: 1_200, confidence: 0.5 },
      { text: 'b', startMs: 1_200, endMs: 1_300, confidence: 0.6 },
      { text: 'c', startMs: 1_300, endMs: 2_000, confidence: 0.7 },
    ]);
  });

  it('keeps what the model says about silence, and clamps what is no probability', () => {
    expect(one({ no_speech_prob: 1.5 }).segments[0]?.recognition).toEqual({ noSpeechProb: 1 });
    expect(one({ avg_logprob: -2 }).segments[0]?.recognition).toEqual({ avgLogprob: -2 });
    expect(one({ avg_logprob: null }).segments[0]).not.toHaveProperty('recognition');
  });

  it.each(['1e400', '-1e400'])('takes %s, which is no finite number, for nothing', (number) => {
    const numbers = ['avg_logprob', 'no_speech_prob', 'confidence'].map(
      (key) => `"${key}":${number}`,
    );
    const word = `{"word": "a", "start": 1, "end": 2, "probability": ${number}}`;
    const segment = `{"start": 1, "end": 2, "text": "a", "words": [${word}], ${numbers}}`;
    expect(readWhisper(`{"segments": [${segment}]}`).segments).toEqual([
      {
        startMs: 1_000,
        endMs: 2_000,
        speaker: null,
        text: 'a',
        words: [{ text: 'a', startMs: 1_000, endMs: 2_000, confidence: null }],
        confidence: null,
      },
    ]);
  });

  it('takes a probability that is too small for the database for zero', () => {
    expect(one({ avg_logprob: -200 }).segments[0]).toMatchObject({
      confidence: 0,
      recognition: { avgLogprob: -200 },
    });
  });

  it('reads WhisperX: speakers, and words that were not aligned', () => {
    const { segments, warnings } = one({
      speaker: 'SPEAKER_01',
      words: [{ word: 'in' }, { word: 'May', start: 1.5, end: 1.75, score: 0.6 }, { word: '2014' }],
    });
    expect(segments[0]?.speaker).toBe('SPEAKER_01');
    expect(segments[0]?.words).toEqual([
      { text: 'in', startMs: 1_000, endMs: 1_000, confidence: null },
      { text: 'May', startMs: 1_500, endMs: 1_750, confidence: 0.6 },
      { text: '2014', startMs: 1_750, endMs: 1_750, confidence: null },
    ]);
    expect(warnings).toMatchObject([{ code: 'word_times_repaired', count: 2, line: null }]);
  });

  it('reads verbose_json: the name of the language, and words beside the segments', () => {
    const { language, segments } = read({
      language: 'english',
      segments: [
        { start: 0, end: 1, text: 'a b' },
        { start: 1, end: 2, text: 'c' },
      ],
      words: [
        { word: 'a', start: 0, end: 0.5 },
        { word: 'b', start: 0.5, end: 1 },
        { word: 'c', start: 1, end: 2 },
      ],
    });
    expect(language).toBe('en');
    expect(segments.map(({ words }) => words?.map(({ text }) => text))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  it('reads the probability of whisper-timestamped, and clamps what is no probability', () => {
    expect(one({ confidence: 0.89 }).segments[0]?.confidence).toBe(0.89);
    expect(one({ avg_logprob: 0.5 }).segments[0]?.confidence).toBe(1);
    expect(one({}).segments[0]?.confidence).toBeNull();
  });

  it('drops segments without text, with a warning', () => {
    const { segments, warnings } = read({
      segments: [
        { start: 0, end: 1, text: ' ' },
        { start: 1, end: 1, text: 'b' },
      ],
    });
    expect(segments.map(({ text }) => text)).toEqual(['b']);
    expect(warnings).toMatchObject([{ code: 'empty_cue', count: 1 }]);
  });

  it('keeps the text where a word is too long to be kept, with a warning', () => {
    const { segments, warnings } = one({ words: [{ word: 'x'.repeat(1_001), start: 1, end: 2 }] });
    expect(segments[0]).toMatchObject({ text: 'a', words: null });
    expect(warnings).toMatchObject([{ code: 'words_dropped', count: 1 }]);
  });

  it('refuses times that fall back, as in joined parts, and names segment and line', () => {
    const segments = [
      { start: 0, end: 5, text: 'a [' },
      { start: 5, end: 9, text: 'b ] } , "' },
      { start: 0.5, end: 4, text: 'c' },
    ];
    const pretty = JSON.stringify({ text: 'segments', x: ['y', {}], segments }, null, 1);
    const line = pretty.slice(0, pretty.indexOf('0.5')).split('\n').length - 1;
    expect(locationOf(() => readWhisper(pretty))).toEqual({
      path: 'text',
      message: `line ${line}: /segments/2/start falls back from 5 s to 0.5 s`,
      line,
    });
  });

  it('sorts segments that overlap, as the turns of two speakers do, with a warning', () => {
    const { counts, segments, warnings } = read({
      segments: [
        { start: 10, end: 12, text: 'b', speaker: 'A' },
        { start: 9.98, end: 10.5, text: 'a', speaker: 'B' },
        { start: 15, end: 16, text: 'd', speaker: 'A' },
        { start: 11, end: 11.5, text: 'c', speaker: 'B' },
      ],
      words: [
        { word: 'b', start: 10, end: 10.1 },
        { word: 'a', start: 9.98, end: 10 },
        { word: 'c', start: 11, end: 11.5 },
      ],
    });
    expect(segments.map(({ text, words }) => [text, words?.map((word) => word.text)])).toEqual([
      ['a', ['a']],
      ['b', ['b']],
      ['c', ['c']],
      ['d', undefined],
    ]);
    expect(counts.outOfOrder).toBe(2);
    expect(warnings).toMatchObject([
      { code: 'words_out_of_order', count: 1 },
      { code: 'out_of_order', count: 2 },
      { code: 'overlapping', count: 2 },
    ]);
  });

  it('keeps the words of a segment in the order of its text, and says where they overlap', () => {
    const { segments, warnings } = one({
      words: [
        { word: 'b', start: 1.5, end: 2 },
        { word: 'a', start: 1.2, end: 1.6 },
      ],
    });
    expect(segments[0]?.words?.map(({ startMs }) => startMs)).toEqual([1_500, 1_200]);
    expect(warnings).toMatchObject([{ code: 'words_out_of_order', count: 1 }]);
  });

  it('refuses times that start anew, however short the parts are', () => {
    const segments = [0, 2, 0, 2].map((start) => ({ start, end: start + 2, text: 'a' }));
    expect(locationOf(() => read({ segments })).message).toContain(
      '/segments/2/start falls back from 2 s to 0 s',
    );
  });

  it('refuses words beside the segments whose times start anew', () => {
    const words = [0.2, 30, 90, 0.4].map((start) => ({ word: 'a', start, end: start + 1 }));
    const segments = [{ start: 0, end: 99, text: 'a a a a' }];
    expect(locationOf(() => read({ segments, words })).message).toContain(
      '/words/3/start falls back from 90 s to 0.4 s',
    );
  });

  it.each([
    ['a negative time', { start: -1 }, '/segments/0/start is -1 s'],
    ['a time that is no number', { start: '1' }, '/segments/0/start is not a number'],
    ['a missing end', { end: undefined }, '/segments/0/end is not a number'],
    ['a time too large to be stored', { end: 2_147_484 }, '/segments/0/end is 2147484 s'],
    ['an infinite time', { end: 1e308 }, '/segments/0/end is 1e+308 s'],
    [
      'an end before the start',
      { end: 0.5 },
      '/segments/0/end is 500 ms, before the start at 1000 ms',
    ],
    ['a text that is none', { text: null }, '/segments/0/text is not a string'],
    ['a NUL in the text', { text: 'a\0' }, '/segments/0/text cannot be stored'],
    ['half an emoji in a word', { words: [{ word: '\uD83D', start: 1, end: 1 }] }, '/words/0/word'],
    [
      'words that start anew',
      {
        words: [
          { word: 'a', start: 9, end: 9 },
          { word: 'b', start: 1, end: 2 },
        ],
      },
      '/segments/0/words/1/start falls back from 9 s to 1 s',
    ],
    ['words that are no list', { words: {} }, '/segments/0/words is not a list'],
    ['a speaker that is none', { speaker: {} }, '/segments/0/speaker is not a string'],
  ])('refuses %s', (_, over, message) => {
    const location = locationOf(() => one(over));
    expect(location.message).toContain(message);
    expect(location.line).toBe(1);
  });

  it('refuses a speaker that is no finite number', () => {
    const text = '{"segments": [{"start": 1, "end": 2, "text": "a", "speaker": 1e400}]}';
    expect(locationOf(() => readWhisper(text)).message).toContain('/speaker is not a string');
  });

  it.each([
    ['broken JSON', '{\n "segments": [\n  {"start": NaN}]}', 3],
    ['JSON that ends early', '{\n "segments": [\n', 3],
    ['JSON of another shape', '{"results": {}}', 1],
    ['a list of no segments', '{"segments": []}', 1],
    ['no JSON at all', 'hello', 1],
  ])('names the line of %s', (_, text, line) => {
    expect(locationOf(() => readWhisper(text)).line).toBe(line);
  });

  it('says what it expected of JSON of another shape', () => {
    expect(locationOf(() => read({ results: {} })).message).toContain(
      'an object with a list "segments"',
    );
  });
});
