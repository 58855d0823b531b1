import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';

const FOLDER =
  process.env.PARLEY_CAPTIONS_DIR ?? join(import.meta.dirname, '../../../../shared/data/captions');

const SENATOR = "Senator, we're making\nour final approach into Coruscant.";
const twoCues = { language: null, speakers: [null], words: 0, count: 2, first: SENATOR };
const coruscant = { ...twoCues, spanMs: [137_400, 3_742_500], last: 'Very good, Lieutenant.' };
const oneCue = { language: null, speakers: [null], words: 0, count: 1 };
const deepgram = { format: 'deepgram', language: null };
const spacewalk = { ...deepgram, speakers: [null], words: 62 };
const crew = {
  ...deepgram,
  spanMs: [3_040, 163_105],
  speakers: ['Speaker 0', 'Speaker 1', 'Speaker 2'],
  words: 226,
  first: 'And,',
  last: 'Copy.',
};

// Worked out by reading the files. The span is from the first start to the last end; words are those
// with times of their own.
const FILES: Record<string, object> = {
  'deepgram-python-captions.assemblyai_utterances.json': {
    format: 'assemblyai',
    language: 'en',
    spanMs: [170, 25_140],
    speakers: ['A'],
    words: 60,
    count: 1,
    first: expect.stringMatching(/^Yeah\. As much as it's worth .* that we have today\.$/),
    last: expect.stringContaining('celebrating the first spacewalk with an all female team'),
  },
  'deepgram-python-captions.dg_speakers.json': { ...crew, count: 22 },
  'deepgram-python-captions.dg_speakers_no_utterances.json': { ...crew, count: 30 },
  'deepgram-python-captions.dg_transcription.json': {
    ...spacewalk,
    spanMs: [80, 25_440],
    count: 3,
    first: 'Yeah.',
    last: expect.stringMatching(/^the first, spacewalk, .* opportunities that we have today\.$/),
  },
  'deepgram-python-captions.dg_utterances.json': {
    ...spacewalk,
    spanMs: [80, 25_440],
    count: 6,
    first: "Yeah. As as much as, it's worth celebrating,",
    last: "and didn't get the same opportunities that we have today.",
  },
  'deepgram-python-captions.whisper_timestamped.json': {
    format: 'whisper',
    language: 'en',
    spanMs: [120, 25_320],
    speakers: [null],
    words: 59,
    count: 4,
    first: "Yeah, as much as it's worth celebrating the first spacewalk with an all-female team,",
    last: "who were skilled and qualified and didn't get the same opportunities that we have today.",
  },
  'derived.utf8_bom_crlf.srt': { ...coruscant, format: 'srt' },
  'mantas-done.dfxp.dfxp': { ...coruscant, format: 'ttml' },
  'mantas-done.srt.srt': { ...coruscant, format: 'srt' },
  'mantas-done.ttml.ttml': { ...coruscant, format: 'ttml', language: 'en' },
  'mantas-done.ttml2.ttml': {
    format: 'ttml',
    language: 'en',
    spanMs: [0, 10_000],
    speakers: [null],
    words: 0,
    count: 5,
    first: 'Hello I am your first line.',
    last: 'I am the last caption displayed in red and centered.',
  },
  'mantas-done.ttml_with_fps_and_multiplier_given.ttml': {
    ...oneCue,
    format: 'ttml',
    // 360 and 424 frames, of which there are 24,000 in 1,001 seconds.
    spanMs: [15_015, 17_684],
    first: 'First line.',
    last: 'First line.',
  },
  'mantas-done.utf16.srt': {
    ...oneCue,
    format: 'srt',
    spanMs: [0, 1_000],
    first: 'ترجمه و تنظيم زيرنويس',
    last: 'ترجمه و تنظيم زيرنويس',
  },
  'mantas-done.vtt.vtt': { ...coruscant, format: 'vtt' },
  'mantas-done.vtt_with_html.vtt': {
    ...oneCue,
    format: 'vtt',
    spanMs: [0, 10_000],
    first: 'Sur les playground, ici à Montpellier',
    last: expect.any(String),
  },
  'mantas-done.vtt_with_name.vtt': {
    ...oneCue,
    format: 'vtt',
    spanMs: [9_000, 11_000],
    speakers: ['Roger Bingham'],
    first: 'We are in New York City',
    last: expect.any(String),
  },
  'mantas-done.vtt_with_styles.vtt': {
    ...oneCue,
    format: 'vtt',
    spanMs: [0, 10_000],
    first: 'Hello world.',
    last: expect.any(String),
  },
  'mantas-done.vtt_without_hours_in_timestamp.vtt': {
    ...oneCue,
    format: 'vtt',
    spanMs: [0, 10_000],
    first: "I've spent nearly two decades",
    last: expect.any(String),
  },
  'pytube.window_rows.srv3': {
    format: 'srv3',
    language: null,
    // The first one lasts 1.7 ms, by its own account.
    spanMs: [320, 6_879],
    speakers: [null],
    words: 0,
    count: 2,
    first: '[Herb, Software Engineer] 本影片包含隱藏式字幕。',
    last: '如要啓動字幕，請按一下這裡的圖示。',
  },
};

describe.skipIf(!existsSync(FOLDER))('the captions that are shared', () => {
  it('are all listed here', () => {
    const found = readdirSync(FOLDER).filter((name) => name !== 'SOURCE.txt');
    expect(found.toSorted()).toEqual(Object.keys(FILES).toSorted());
  });

  it.each(Object.entries(FILES))('%s is read as it is', (name, expected) => {
    const { format, language, segments } = readTranscript(readFileSync(join(FOLDER, name)));
    expect({
      format,
      language,
      spanMs: [segments[0]?.startMs, segments.at(-1)?.endMs],
      speakers: [...new Set(segments.map(({ speaker }) => speaker))],
      words: segments.flatMap(({ words }) => words ?? []).length,
      count: segments.length,
      first: segments[0]?.text,
      last: segments.at(-1)?.text,
    }).toEqual(expected);
  });
});
