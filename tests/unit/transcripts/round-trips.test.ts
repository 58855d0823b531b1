import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { anyText, timedSegments } from './arbitraries.ts';
import { readPlainText, readSrt, readWebVtt } from './readers.ts';
import { writeJson, writePlainText, writeSrt, writeWebVtt } from './written.ts';

const transcript = {
  title: 'T',
  youtubeVideoId: null,
  channelName: null,
  language: null,
  duration: null,
};

describe('an export that is imported again', () => {
  it('is the same as SRT', () => {
    fc.assert(
      fc.property(timedSegments(), (segments) => {
        const srt = writeSrt(segments);
        expect(readSrt(srt).segments).toEqual(segments);
        expect(writeSrt(readTranscript(srt).segments)).toBe(srt);
      }),
    );
  });

  it('is the same as WebVTT, whatever the text', () => {
    fc.assert(
      fc.property(timedSegments(anyText), (segments) => {
        const vtt = writeWebVtt(segments);
        expect(readWebVtt(vtt).segments).toEqual(segments);
        expect(writeWebVtt(readTranscript(vtt).segments)).toBe(vtt);
      }),
    );
  });

  it('is the same as JSON, whatever the text', () => {
    fc.assert(
      fc.property(timedSegments(anyText), (segments) => {
        expect(readTranscript(writeJson(transcript, segments)).segments).toEqual(segments);
      }),
    );
  });

  it('has the same starts (in seconds), speakers and words as plain text', () => {
    fc.assert(
      fc.property(timedSegments(), (segments) => {
        const text = writePlainText(segments);
        const read = readPlainText(text).segments;
        expect(read.map(({ startMs }) => startMs)).toEqual(
          segments.map(({ startMs }) => Math.floor((startMs ?? 0) / 1000) * 1000),
        );
        expect(read.map(({ speaker }) => speaker)).toEqual(segments.map(({ speaker }) => speaker));
        expect(writePlainText(readTranscript(text).segments)).toBe(text);
      }),
    );
  });
});
