import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { TranscriptFormat } from '../../../src/schemas/receipts.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { segment } from './factories.ts';
import { detectFormat } from './readers.ts';
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
    ['whisper', ' {\n "text": "", "segments": []}'],
    ['segments', '{"segments": [], "version": 1, "format": "parley"}'],
    ['json3', '{"wireMagic": "pb3", "pens": [{}], "events": [{"tStartMs": 0}]}'],
    ['whisper_cpp', '{"systeminfo": "", "result": {}, "transcription": [{}]}'],
    ['whisperx', '{"segments": [{"words": [{"word": "a", "score": 0.5}]}], "language": "en"}'],
    ['whisperx', '{"segments": [{}], "word_segments": []}'],
    ['openai', '{"task": "transcribe", "segments": [{}]}'],
    ['openai', '{"segments": [{}], "text": "a", "task": "transcribe"}'],
    ['openai', '{"segments": [{"type": "transcript.text.segment"}]}'],
    ['openai', '{"words": [{"word": "a"}], "duration": 1.5}'],
    ['openai', '{"words": [{"word": "a"}], "segments": [{}], "task": "transcribe"}'],
    ['assemblyai', '{"id": "a", "words": [{"text": "a"}], "utterances": null}'],
    ['assemblyai', '{"utterances": [{"words": []}], "words": []}'],
    ['deepgram', '{"metadata": {"segments": 1}, "results": {"channels": []}}'],
    ['srv1', '<?xml version="1.0" encoding="utf-8" ?><transcript><text/></transcript>'],
    ['srv3', '\n<timedtext format="3">'],
    ['ttml', '<!-- made by hand -->\n<tt xml:lang="en">'],
    ['ttml', '<?xml version="1.0"?>\n<tt:tt xmlns:tt="http://www.w3.org/ns/ttml">'],
    ['ttml', '<?xml version="1.0"?><!DOCTYPE tt SYSTEM "a.dtd"><tt/>'],
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
    ['whisper', SRT, 1],
    ['segments', WHISPER, 1],
    ['srt', WHISPER, 1],
  ] as const)('names the line where a given format, %s, does not fit', (format, text, line) => {
    expect(locationOf(() => readTranscript(text, format)).line).toBe(line);
  });

  it.each(TranscriptFormat.enum.filter((format) => format !== 'text'))(
    'names the line where %s is given, and something else comes',
    (format) => {
      for (const other of ['Hello\nthere', '{"a": [1]}', '{}', '<a>b</a>', '[]', 'null']) {
        expect(locationOf(() => readTranscript(other, format)).line).toBe(1);
      }
    },
  );

  it('takes the given format where the content says another', () => {
    expect(readTranscript(SRT, 'text').format).toBe('text');
  });

  it('refuses JSON it does not know, and says what it expected', () => {
    for (const json of ['{"a": 1}', '[{"a": 1}]', '["a"]', '{}']) {
      expect(locationOf(() => readTranscript(json)).message).toContain(
        'this JSON is no transcript',
      );
    }
  });

  it.each([
    ['<!DOCTYPE html><html>', 'a web page (HTML)'],
    ['\n<html lang="en"><body>Sign in</body></html>', 'a web page (HTML)'],
    ['<!-- a comment --><!doctype HTML>', 'a web page (HTML)'],
    ['<?xml version="1.0"?>', 'other XML'],
    [
      '<?xml version="1.0"?><rss version="2.0">',
      'other XML: "<?xml version="1.0"?><rss version="2.0">"',
    ],
    ['<smil><body/></smil>', 'other XML: "<smil>'],
  ])('refuses %j, and says what it is', (text, message) => {
    const location = locationOf(() => readTranscript(text));
    expect(location.message).toContain(message);
    expect(location.line).toBe(1);
  });

  it.each([
    '<3 is a heart',
    '<i>Hello.</i>',
    '<b>Ada</b>: hello',
    '<',
    '<!',
    '<-- look',
    '< a > b',
  ])('takes %j for text', (text) => {
    expect(detectFormat(text)).toBe('text');
  });

  it.each([
    '1\n00:00:01;000 --> 00:00:02;000\nHello',
    '1\n00:00:01, 000 --> 00:00:02, 000\nHello',
    '1\n00:61:01,000 --> 00:62:02,000\nHello',
  ])('refuses SRT whose times are all wrong, with the line: %j', (text) => {
    expect(locationOf(() => readTranscript(text))).toMatchObject({ line: 2 });
  });

  it('takes an arrow in a note for text', () => {
    expect(readTranscript('First we go --> there.\nThen back.').format).toBe('text');
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
