import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { locationOf } from './unreadable.ts';

const words = [
  { word: 'In', start: 1, end: 1.2, score: 0.9, speaker: 'SPEAKER_00' },
  { word: '2014', speaker: 'SPEAKER_00' },
  { word: 'what?', start: 1.6, end: 2, score: 0.4, speaker: 'SPEAKER_01' },
];
const document = {
  segments: [{ start: 1, end: 2, text: ' In 2014 what?', words, speaker: 'SPEAKER_00' }],
  word_segments: words,
  language: 'de',
};

describe('reading the JSON of WhisperX', () => {
  it('keeps the speakers of segments, and of words where they are others', () => {
    const { format, language, segments } = readTranscript(JSON.stringify(document));
    expect({ format, language }).toEqual({ format: 'whisperx', language: 'de' });
    expect(segments).toEqual([
      {
        startMs: 1_000,
        endMs: 2_000,
        speaker: 'SPEAKER_00',
        text: 'In 2014 what?',
        words: [
          { text: 'In', startMs: 1_000, endMs: 1_200, confidence: 0.9 },
          { text: '2014', startMs: 1_200, endMs: 1_200, confidence: null },
          { text: 'what?', startMs: 1_600, endMs: 2_000, confidence: 0.4, speaker: 'SPEAKER_01' },
        ],
        confidence: null,
      },
    ]);
  });

  it('says where a number was given the times of its neighbour', () => {
    const { warnings } = readTranscript(JSON.stringify(document));
    expect(warnings).toMatchObject([{ code: 'word_times_repaired', count: 1 }]);
  });

  it('reads the speakers of words in a segment without one', () => {
    const [segment] = document.segments;
    const text = JSON.stringify({ ...document, segments: [{ ...segment, speaker: undefined }] });
    const [first] = readTranscript(text).segments;
    expect(first?.speaker).toBeNull();
    expect(first?.words?.map(({ speaker }) => speaker)).toEqual([
      'SPEAKER_00',
      'SPEAKER_00',
      'SPEAKER_01',
    ]);
  });

  it('refuses a file without segments', () => {
    const location = locationOf(() => readTranscript('{"word_segments": []}', 'whisperx'));
    expect(location.message).toContain('expected WhisperX JSON');
  });
});
