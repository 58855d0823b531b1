import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../src/schemas/receipts.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { createReceipt, fromSegments } from './readers.ts';
import { rolledSrt, rolledVtt, speak } from './rolling.ts';

const receiptOf = (text: string): Receipt => createReceipt(readTranscript(text));

describe('a receipt', () => {
  it('says what was read, and what was changed', () => {
    const srt =
      '1\n00:00:03,000 --> 00:00:04,500\nSPEAKER_01: See you soon.\n\n' +
      '2\n00:00:01,000 --> 00:00:02,000\nSPEAKER_00: Hi there.\n\n' +
      '3\n00:00:05,000 --> 00:00:06,000\n\n';
    expect(receiptOf(srt)).toEqual({
      format: 'srt',
      trackKind: 'unknown',
      cuesRead: 3,
      wordsRead: 5,
      segments: 2,
      words: 5,
      merged: 0,
      dropped: 1,
      overlapping: 0,
      outOfOrder: 1,
      lowConfidence: 0,
      durationMs: 4_500,
      speakers: ['SPEAKER_00', 'SPEAKER_01'],
      warnings: [
        { code: 'empty_cue', message: 'cues without text were dropped', count: 1, line: 10 },
        {
          code: 'out_of_order',
          message: 'cues started before the one in front of them and were sorted by time',
          count: 1,
          line: 6,
        },
      ],
    });
  });

  it('says how many words were spoken, and how many rolling captions showed', () => {
    const lines = speak('so welcome back', 'to the mill', 'okay', '[Music]', 'and goodbye');
    // 11 cues: five with new words, a hold behind each, and one without text.
    const vtt = `${rolledVtt(lines)}\n00:20.000 --> 00:21.000\n \n`;
    const expected = {
      trackKind: 'asr',
      cuesRead: 11,
      // Each line below, held and (but for the last) above: 10 + 10 + 8.
      wordsRead: 28,
      segments: 5,
      words: 10,
      merged: 4,
      dropped: 6,
      overlapping: 0,
      outOfOrder: 0,
      lowConfidence: 0,
    };
    expect(receiptOf(vtt)).toMatchObject({
      ...expected,
      format: 'vtt',
      durationMs: 5_900,
      warnings: [
        { code: 'rolling_repeat_cut', count: 4, line: 13 },
        { code: 'rolling_cue_dropped', count: 5, line: 9 },
        { code: 'empty_cue', count: 1, line: 45 },
      ],
    });
    const srt = `${rolledSrt(lines, { oneLine: false, holds: true })}\n11\n00:00:20,000 --> 00:00:21,000\n\n`;
    expect(receiptOf(srt)).toMatchObject({ ...expected, format: 'srt' });
  });

  it('counts a cue in which two people speak as one that becomes two segments', () => {
    const vtt =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Yes?\n<v Bob>No.\n\n00:01.500 --> 00:03.000\nHm.\n';
    expect(receiptOf(vtt)).toMatchObject({ cuesRead: 2, segments: 3, dropped: 0, overlapping: 1 });
    const srt =
      '1\n00:00:01,000 --> 00:00:02,000\nSPEAKER_00: Yes?\nSPEAKER_01: No.\n\n' +
      '2\n00:00:03,000 --> 00:00:04,000\nHm.\n';
    expect(receiptOf(srt)).toMatchObject({ cuesRead: 2, segments: 3, dropped: 0, overlapping: 0 });
  });

  it('marks what may be misheard, and keeps it', () => {
    const parsed = fromSegments([
      { startMs: 0, endMs: 1_000, text: 'Clear.', confidence: 0.9 },
      { startMs: 1_000, endMs: 2_000, text: 'Mumbled.', confidence: 0.2 },
      { startMs: 2_000, endMs: 3_000, text: 'Unknown.' },
    ]);
    expect(createReceipt(parsed)).toMatchObject({
      segments: 3,
      lowConfidence: 1,
      warnings: [{ code: 'low_confidence', count: 1, line: null }],
    });
  });
});
