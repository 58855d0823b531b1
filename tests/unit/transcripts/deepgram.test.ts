import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { locationOf } from './unreadable.ts';

const read = (results: object) => readTranscript(JSON.stringify({ results }), 'deepgram');
const word = (text: string, start: number, end: number, speaker?: number) => ({
  word: text.toLowerCase().replace(/\W/g, ''),
  punctuated_word: text,
  start,
  end,
  confidence: 0.5,
  speaker,
});
const channel = (...words: unknown[]) => ({ alternatives: [{ transcript: '', words }] });
const utterance = (start: number, transcript: string, over = {}) => ({
  start,
  end: start + 1,
  confidence: 0.9,
  channel: 0,
  transcript,
  words: [word(transcript, start, start + 1, 0)],
  speaker: 0,
  ...over,
});

describe('reading an answer of Deepgram', () => {
  it('reads utterances, in seconds, with punctuated words and numbered speakers', () => {
    const { format, segments } = read({
      channels: [channel(word('Copy.', 3.04, 4.04, 0))],
      utterances: [utterance(3.04, 'Copy.')],
    });
    expect(format).toBe('deepgram');
    expect(segments).toEqual([
      {
        startMs: 3_040,
        endMs: 4_040,
        speaker: 'Speaker 0',
        text: 'Copy.',
        words: [{ text: 'Copy.', startMs: 3_040, endMs: 4_040, confidence: 0.5 }],
        confidence: 0.9,
      },
    ]);
  });

  it('makes segments of words where there are no utterances', () => {
    const { segments } = read({
      channels: [channel(word('Go', 0, 0.5, 0), word('now.', 0.5, 1, 0), word('Why?', 1, 2, 1))],
    });
    expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Speaker 0', 'Go now.'],
      ['Speaker 1', 'Why?'],
    ]);
  });

  it('tells several channels apart, and puts them in the order of time', () => {
    const { segments } = read({
      channels: [
        channel(word('Hi.', 0, 1), word('Bye.', 8, 9)),
        channel(word('Hello', 4, 4.5, 0), word('you.', 4.5, 5, 1)),
      ],
    });
    expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Channel 0', 'Hi.'],
      ['Channel 1, Speaker 0', 'Hello'],
      ['Channel 1, Speaker 1', 'you.'],
      ['Channel 0', 'Bye.'],
    ]);
    const utterances = [utterance(0, 'Hi.'), utterance(2, 'Ho.', { channel: 1 })];
    expect(read({ channels: [], utterances }).segments.map(({ speaker }) => speaker)).toEqual([
      'Channel 0, Speaker 0',
      'Channel 1, Speaker 0',
    ]);
  });

  it('refuses words of one channel whose times start anew', () => {
    const words = [word('Hi', 0, 1), word('there', 9, 10), word('Hi', 0.5, 1)];
    expect(locationOf(() => read({ channels: [channel(...words)] })).message).toContain(
      '/results/channels/0/alternatives/0/words/2/start falls back from 9 s to 0.5 s',
    );
  });

  it('reads the first alternative only', () => {
    const alternatives = [{ words: [word('Yes.', 0, 1)] }, { words: [word('Yet.', 0, 1)] }];
    expect(read({ channels: [{ alternatives }] }).segments.map(({ text }) => text)).toEqual([
      'Yes.',
    ]);
  });

  it('reads the language that was detected', () => {
    const words = [word('Ja.', 0, 1)];
    const detected = { detected_language: 'de', alternatives: [{ words }] };
    expect(read({ channels: [detected] }).language).toBe('de');
    const several = { alternatives: [{ languages: ['nl', 'de'], words }] };
    expect(read({ channels: [several] }).language).toBe('nl');
  });

  it.each([
    [
      'a mistake in a word',
      { channels: [channel(), channel(word('a', 0, 1), { word: 'b', start: 'x' })] },
      '/results/channels/1/alternatives/0/words/1/start is not a number',
    ],
    [
      'a mistake in an utterance',
      { utterances: [utterance(0, 'a', { transcript: null })] },
      '/results/utterances/0/transcript is not a string',
    ],
    ['silence', { channels: [channel()] }, 'expected Deepgram JSON'],
  ])('refuses %s', (_, results, message) => {
    expect(locationOf(() => read(results)).message).toContain(message);
  });
});
