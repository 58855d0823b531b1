import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { detectFormat, readTranscript } from '../../../src/transcripts/detect.ts';
import { segment } from './factories.ts';
import { locationOf } from './unreadable.ts';
import { writeJson } from './written.ts';

const SRT = '1\n00:00:01,000 --> 00:00:02,000\nHi\n';
const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n';
const WHISPER = '{"segments": [{"start": 1, "end": 2, "text": "Hi"}]}';

describe('detecting a format', () => {
  it.each([
    ['srt', SRT],
    ['srt', `\n\n${SRT}`],
    ['srt', SRT.slice(2)],
    ['vtt', VTT],
    ['vtt', `WEBVTT - title\n${VTT.slice(7)}`],
    ['whisper', WHISPER],
    ['whisper', ' {\n "text": ""}'],
    ['text', 'Hello there.'],
    ['text', '[Music]\n[00:12] Hello'],
    ['text', '{\\an8} is how captions are placed'],
    ['text', 'WEBVTTX'],
    ['text', 'An arrow --> is no time'],
  ])('finds %s in %j', (format, text) => {
    expect(detectFormat(text)).toBe(format);
  });

  it('finds its own export', () => {
    const transcript = {
      title: 'T',
      youtubeVideoId: null,
      channelName: null,
      language: null,
      duration: null,
    };
    const parsed = readTranscript(writeJson(transcript, [segment()]));
    expect(parsed).toMatchObject({ format: 'segments', segments: [segment()] });
  });
});

describe('reading a transcript', () => {
  it('reads bytes in any encoding, and strings', () => {
    const expected = segment({ startMs: 1_000, endMs: 2_000, text: 'Hi' });
    const inputs = [SRT, VTT, WHISPER, Buffer.from(`\uFEFF${SRT.replaceAll('\n', '\r\n')}`)];
    for (const input of [...inputs, Buffer.from(`\uFEFF${VTT}`, 'utf16le'), `\uFEFF${VTT}`]) {
      expect(readTranscript(input).segments).toEqual([expected]);
    }
  });

  it.each([
    ['srt', VTT, 1],
    ['vtt', SRT, 1],
    ['whisper', SRT, 2],
    ['segments', WHISPER, 1],
    ['srt', WHISPER, 1],
  ] as const)('names the line where a given format, %s, does not fit', (format, text, line) => {
    expect(locationOf(() => readTranscript(text, format)).line).toBe(line);
  });

  it('takes the given format where the content says another', () => {
    expect(readTranscript(SRT, 'text').format).toBe('text');
  });

  it('refuses JSON it does not know, and says what it expected', () => {
    for (const json of ['{"a": 1}', '[{"a": 1}]', '["a"]', '{}']) {
      expect(locationOf(() => readTranscript(json)).message).toContain('expected Whisper JSON');
    }
  });

  it('refuses XML and HTML, such as the page of a blocked download', () => {
    for (const text of ['<!DOCTYPE html><html>', '<?xml version="1.0"?>', '\n<tt xml:lang="en">']) {
      expect(locationOf(() => readTranscript(text)).message).toContain('expected SRT');
    }
  });

  it('refuses an SRT file with a damaged beginning rather than reading it as text', () => {
    expect(locationOf(() => readTranscript(`1\n00:00:00 -> 00:00:01\nHi\n\n${SRT}`)).line).toBe(2);
  });

  it('refuses what is empty, in every form', () => {
    for (const input of ['', '\uFEFF', '\n', new Uint8Array(), Buffer.from([0xff, 0xfe])]) {
      expect(locationOf(() => readTranscript(input)).message).toContain('no text');
    }
  });

  it('refuses NUL and half an emoji in a string', () => {
    expect(locationOf(() => readTranscript('a\n\0')).line).toBe(2);
    expect(locationOf(() => readTranscript('a\n\nb\uD83D')).line).toBe(3);
  });
});
