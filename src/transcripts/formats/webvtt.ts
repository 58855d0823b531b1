import { type Cue, checkCount, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { createWarnings } from '../warnings.ts';
import { languageTag } from './language.ts';
import { readVttCues } from './webvtt-cues.ts';
import { splitVoices } from './webvtt-voices.ts';

/**
 * Reads WebVTT (https://www.w3.org/TR/webvtt1/). A cue with several voices becomes several segments
 * with its times. The `Language:` of a YouTube header is kept; `X-TIMESTAMP-MAP` is not applied,
 * as it shifts times only in HLS.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line.
 */
export const readWebVtt = (text: string): ParsedTranscript => {
  const warnings = createWarnings();
  const { header, cues } = readVttCues(text, warnings);
  const language = header.find((line) => /^language:/i.test(line))?.slice('language:'.length);
  const collected: Cue[] = [];
  for (const { startMs, endMs, line, lines } of cues) {
    for (const turn of splitVoices(lines.join('\n'))) {
      checkCount(collected.length, line);
      const segment = { startMs, endMs, ...turn, words: null, confidence: null };
      collected.push({ line, segment });
    }
  }
  return collect('vtt', languageTag(language), collected, warnings);
};
