import { describe, expect, it } from 'vitest';
import type { TrackKind } from '../../../src/schemas/receipts.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { formatTimestamp } from '../../../src/transcripts/formats/timestamps.ts';
import { createReceipt } from './readers.ts';
import { rolledSrt, rolledVtt, speak } from './rolling.ts';

/** Captions of 2 s, one right behind the other, or with a pause in between. */
const srt = (captions: readonly string[], pauseMs = 0): string =>
  captions
    .map((text, index) => {
      const startMs = index * (2_000 + pauseMs);
      const range = [startMs, startMs + 2_000].map((ms) => formatTimestamp(ms, ',')).join(' --> ');
      return `${index + 1}\n${range}\n${text}\n`;
    })
    .join('\n');

const read = (text: string, trackKind?: TrackKind) => {
  const parsed = readTranscript(text, undefined, { trackKind });
  const { merged, dropped } = createReceipt(parsed);
  return { ...parsed, texts: parsed.segments.map((segment) => segment.text), merged, dropped };
};

const REFRAIN = 'Turn the wheel, oh turn the wheel';

const REPETITIONS: [string, string[]][] = [
  ['a refrain', ['Down by the mill', REFRAIN, REFRAIN, 'The river rose', REFRAIN, REFRAIN]],
  [
    'a refrain that the next line takes up',
    [
      `Down by the mill\n${REFRAIN}`,
      `${REFRAIN}\nall night`,
      'The river rose\nthe gate gave way',
      `and still we sang\n${REFRAIN}`,
      `${REFRAIN}\nonce more`,
      'then all was quiet\nby the stream',
    ],
  ],
  [
    'a blues, whose lines go on when they are sung again',
    [
      'I woke up by the river',
      'I woke up by the river with nothing on my mind',
      'the miller shut his door',
      'the miller shut his door and left me here behind',
    ],
  ],
  ['a chant', ['no no no no', 'no no no no', 'no no no no no', 'no no no no no no']],
  [
    'a call and its response',
    [
      'Who turns the wheel?',
      'We turn the wheel!',
      'Who turns the wheel?',
      'We turn the wheel!',
      'When I say mill you say wheel now: mill!',
      'Wheel now: mill!',
    ],
  ],
  [
    'a lecturer who says it again',
    [
      'The gate is shut at night.',
      'The gate is shut at night. Remember that.',
      'Now to the stone.',
      'The stone is dressed each spring.',
      'The stone is dressed each spring.',
    ],
  ],
  ['a line that takes up the last one, in a file of two', ['I saw a mill', 'I saw a mill\nburn']],
];

describe('captions that do not roll are left alone', () => {
  it.each(REPETITIONS)('%s', (_, captions) => {
    expect(read(srt(captions))).toMatchObject({
      texts: captions,
      trackKind: 'unknown',
      merged: 0,
      dropped: 0,
    });
  });

  it('karaoke, with times of words and verses that come again', () => {
    const verse = (at: string) =>
      `00:0${at}.000 --> 00:0${at}.900\nTurn <00:0${at}.300>the <00:0${at}.600>wheel\n`;
    const { texts, trackKind, segments } = read(
      `WEBVTT\n\n${['1', '2', '3'].map(verse).join('\n')}`,
    );
    expect(texts).toEqual(Array(3).fill('Turn the wheel'));
    expect(trackKind).toBe('unknown');
    expect(segments[2]?.words?.map(({ startMs }) => startMs)).toEqual([3_000, 3_300, 3_600]);
  });

  it('cues of an instant, or of no length, that are the same', () => {
    const cue = '00:00:01,000 --> 00:00:01,010\nagain\n\n';
    expect(read(cue + cue).texts).toEqual(['again', 'again']);
  });

  it.each(['manual', 'translated'] as const)('whatever is called %s', (kind) => {
    const vtt = rolledVtt(speak('so welcome back', 'to the mill'));
    expect(read(vtt, kind)).toMatchObject({
      texts: ['so welcome back', 'so welcome back', 'so welcome back\nto the mill', 'to the mill'],
      trackKind: kind,
      merged: 0,
      dropped: 0,
    });
  });
});

describe('an automatic track', () => {
  it('is undone wherever it repeats, even if most of it does not', () => {
    const captions = ['we go to the mill', 'Go to the mill, and turn', 'it is late', 'it is late'];
    expect(read(srt(captions), 'asr')).toMatchObject({
      texts: ['we go to the mill', 'and turn', 'it is late'],
      trackKind: 'asr',
      merged: 1,
      dropped: 1,
    });
  });

  it('is undone line by line, however short the lines are', () => {
    const lines = ['so welcome', 'back to', 'the mill', 'by day'];
    const windows = lines.map((line, at) => (at === 0 ? line : `${lines[at - 1]}\n${line}`));
    const { texts, counts, dropped, merged } = read(srt(windows), 'asr');
    expect(texts).toEqual(lines);
    expect(counts.wordsRead).toBe(14);
    expect({ dropped, merged }).toEqual({ dropped: 0, merged: 3 });
    expect(read(srt(windows, 200), 'asr').texts).toEqual(windows);
  });

  it('drops a short line that is only held', () => {
    const windows = ['so welcome\nback to', 'back to', 'the mill', 'the old mill'];
    expect(read(srt(windows), 'asr').texts).toEqual(['so welcome\nback to', ...windows.slice(2)]);
  });

  it('keeps what is said again behind a pause, or in fewer than three words', () => {
    const captions = ['we go to the mill', 'we go to the mill', 'the mill is old'];
    expect(read(srt(captions, 2_000), 'asr')).toMatchObject({ texts: captions, dropped: 0 });
    const short = ['we go to the mill', 'the mill is old'];
    expect(read(srt(short), 'asr')).toMatchObject({ texts: short, merged: 0 });
  });

  it('keeps times that overlap where nothing rolls', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:05.000\none\n\n00:02.000 --> 00:06.000\ntwo\n';
    const { segments, trackKind } = read(vtt, 'asr');
    expect(segments.map(({ endMs }) => endMs)).toEqual([5_000, 6_000]);
    expect(trackKind).toBe('asr');
  });

  it('is undone where its kind is unknown, and looks rolled', () => {
    const lines = speak('so welcome back', 'to the mill', 'by the river');
    const text = rolledSrt(lines, { oneLine: false, holds: true });
    expect(read(text, 'unknown').trackKind).toBe('asr');
  });

  it('of another format is only called what the caller calls it', () => {
    const { segments, trackKind } = readTranscript('One.\n\nOne.\n', 'text', { trackKind: 'asr' });
    expect(segments).toHaveLength(2);
    expect(trackKind).toBe('asr');
  });
});
