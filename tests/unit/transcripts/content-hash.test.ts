import { describe, expect, it } from 'vitest';
import { segment, talk } from './factories.ts';
import { contentHash, readSrt, readWebVtt } from './readers.ts';
import { writeSrt, writeWebVtt } from './written.ts';

describe('the hash of a transcript', () => {
  it('is SHA-256 in hexadecimal', () => {
    expect(contentHash([segment()])).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for the SRT and the VTT of one talk', () => {
    const segments = talk(5, 4).map((one) => ({ ...one, speaker: 'SPEAKER_01' }));
    const srt = readSrt(writeSrt(segments)).segments;
    const vtt = readWebVtt(writeWebVtt(segments)).segments;
    expect(contentHash(srt)).toBe(contentHash(vtt));
  });

  it('does not depend on words, confidence, or where lines break', () => {
    const words = [{ text: 'a', startMs: 0, endMs: 1, confidence: null }];
    expect(contentHash([segment({ text: 'a b', words, confidence: 1 })])).toBe(
      contentHash([segment({ text: 'a\nb' })]),
    );
  });

  it('depends on times, speaker, text, and on where segments end', () => {
    const hashes = [
      [segment()],
      [segment({ startMs: 1 })],
      [segment({ endMs: 1 })],
      [segment({ startMs: null, endMs: null })],
      [segment({ speaker: 'Ada' })],
      [segment({ text: 'Hello' })],
      [segment(), segment()],
      [segment({ text: 'Hello. Hello.' })],
    ].map(contentHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
