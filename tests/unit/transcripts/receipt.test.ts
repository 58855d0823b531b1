import { expect, it } from 'vitest';
import { readSrt } from '../../../src/transcripts/formats/srt.ts';
import { createReceipt } from '../../../src/transcripts/receipt.ts';

it('A receipt says what was read, and what was changed', () => {
  const srt =
    '1\n00:00:03,000 --> 00:00:04,500\nSPEAKER_01: See you soon.\n\n' +
    '2\n00:00:01,000 --> 00:00:02,000\nSPEAKER_00: Hi there.\n\n' +
    '3\n00:00:05,000 --> 00:00:06,000\n\n';
  expect(createReceipt(readSrt(srt))).toEqual({
    format: 'srt',
    segments: 2,
    words: 5,
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
