import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { locationOf } from './unreadable.ts';

const read = (document: object) => readTranscript(JSON.stringify(document), 'assemblyai');
const word = (text: string, start: number, end: number, speaker: string | null = null) => ({
  text,
  start,
  end,
  confidence: 0.5,
  speaker,
});

describe('reading a transcript of AssemblyAI', () => {
  it('reads utterances, and not the words beside them', () => {
    const words = [word('Yeah.', 170, 718, 'A'), word('So?', 800, 900, 'B')];
    const { format, language, segments } = read({
      language_code: 'en_us',
      text: 'Yeah. So?',
      words,
      utterances: [
        { confidence: 0.9, start: 170, end: 900, speaker: 'A', text: 'Yeah. So?', words },
      ],
    });
    expect({ format, language }).toEqual({ format: 'assemblyai', language: 'en-US' });
    expect(segments).toEqual([
      {
        startMs: 170,
        endMs: 900,
        speaker: 'A',
        text: 'Yeah. So?',
        words: [
          { text: 'Yeah.', startMs: 170, endMs: 718, confidence: 0.5 },
          { text: 'So?', startMs: 800, endMs: 900, confidence: 0.5, speaker: 'B' },
        ],
        confidence: 0.9,
      },
    ]);
  });

  it.each([null, [], undefined])(
    'makes segments of words where utterances are %j',
    (utterances) => {
      const words = [word('One,', 0, 100), word('two.', 100, 200), word('Three', 200, 300)];
      const { segments } = read({ words, utterances });
      expect(segments).toMatchObject([
        { startMs: 0, endMs: 200, text: 'One, two.', confidence: 0.5 },
        { startMs: 200, endMs: 300, text: 'Three', words: [{ text: 'Three' }] },
      ]);
    },
  );

  it.each([
    ['a mistake in a word', { words: [word('a', 0, 1), 7] }, '/words/1 is not an object'],
    ['an utterance without an end', { utterances: [{ start: 0, text: 'a' }] }, '/utterances/0/end'],
    ['an utterance without text', { utterances: [{ start: 0, end: 1 }] }, '/utterances/0/text'],
    [
      'an utterance that ends too early',
      { utterances: [{ start: 2, end: 1 }] },
      'before the start',
    ],
    ['a transcript that failed', { status: 'error', words: null }, 'expected AssemblyAI JSON'],
  ])('refuses %s', (_, document, message) => {
    expect(locationOf(() => read(document)).message).toContain(message);
  });
});
