import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { locationOf } from './unreadable.ts';

const read = (document: object) => readTranscript(JSON.stringify(document));

describe("reading what OpenAI's API answers", () => {
  it('reads verbose_json: the name of the language, and what the model says of itself', () => {
    const { format, language, segments } = read({
      task: 'transcribe',
      language: 'english',
      duration: 2.5,
      text: 'Hello.',
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 2.5,
          text: ' Hello.',
          avg_logprob: -1,
          no_speech_prob: 0.7,
        },
      ],
      words: [{ word: 'Hello', start: 0.25, end: 0.75 }],
    });
    expect({ format, language }).toEqual({ format: 'openai', language: 'en' });
    expect(segments).toEqual([
      {
        startMs: 0,
        endMs: 2_500,
        speaker: null,
        text: 'Hello.',
        words: [{ text: 'Hello', startMs: 250, endMs: 750, confidence: null }],
        confidence: Math.exp(-1),
        recognition: { avgLogprob: -1, noSpeechProb: 0.7 },
      },
    ]);
  });

  it('reads diarized_json', () => {
    const type = 'transcript.text.segment';
    const { format, segments } = read({
      task: 'transcribe',
      duration: 3,
      text: 'Hi. Ho.',
      segments: [
        { type, id: 'seg_001', start: 0, end: 1.5, text: 'Hi.', speaker: 'agent' },
        { type, id: 'seg_002', start: 1.5, end: 3, text: 'Ho.', speaker: 'A' },
      ],
    });
    expect(format).toBe('openai');
    expect(segments).toMatchObject([
      { startMs: 0, endMs: 1_500, speaker: 'agent', text: 'Hi.' },
      { startMs: 1_500, endMs: 3_000, speaker: 'A', text: 'Ho.' },
    ]);
  });

  it('makes segments of words where it was only asked for words', () => {
    const { format, segments } = read({
      task: 'transcribe',
      words: [
        { word: 'Hi.', start: 0, end: 0.5 },
        { word: 'All', start: 0.5, end: 0.75 },
        { word: 'well?', start: 0.75, end: 1 },
      ],
    });
    expect(format).toBe('openai');
    expect(segments.map(({ text }) => text)).toEqual(['Hi.', 'All well?']);
  });

  it('refuses words alone whose times start anew, as in joined parts, and names the line', () => {
    const words = [0, 0.5, 1, 0, 0.5].map((start) => ({ word: 'a', start, end: start + 0.5 }));
    const text = JSON.stringify({ task: 'transcribe', words }, null, 1);
    expect(locationOf(() => readTranscript(text))).toMatchObject({
      message: 'line 19: /words/3/start falls back from 1 s to 0 s',
      line: 19,
    });
  });

  it.each([
    [
      'a word that is none',
      { segments: [{ start: 0, end: 1, text: 'a' }], words: [5] },
      '/words/0',
    ],
    ['no segments', { task: 'transcribe', segments: [] }, 'expected verbose_json'],
  ])('refuses %s', (_, document, message) => {
    const location = locationOf(() => readTranscript(JSON.stringify(document), 'openai'));
    expect(location.message).toContain(message);
  });
});
