import { type Cue, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { createLabelReader, splitTurns } from './labels.ts';
import { readSrtCues } from './srt-cues.ts';

// Each alternative ends at the next bracket, so the whole is linear. `{\an8}` places a caption.
const TAGS =
  /<\/?(?:b|i|u|s|c|v|font|lang|ruby|rt|span)(?:[\s.][^<>]*)?\/?>|<\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?>|\{\\[^{}]*\}/gi;

const toText = (lines: string[]): string => withoutBlankLines(lines.join('\n').replace(TAGS, ''));

const warnAboutBlankLines = (lines: string[], line: number, warnings: Warnings): void => {
  const first = lines.findIndex((text) => text !== '');
  const last = lines.findLastIndex((text) => text !== '');
  const blank = lines.findIndex((text, at) => at > first && at < last && text === '');
  if (blank !== -1) warnings.add('text_after_blank_line', line + blank + 1);
};

/**
 * Reads SubRip. There is no standard, so it forgives what other tools write: `,` or `.`, missing
 * hours and counters, missing blank lines between cues and blank lines within them, markup (which
 * is dropped), cues out of order (sorted, with a warning). Entities are text: SRT has none.
 * `Speaker: ` prefixes become speakers where `createLabelReader` is sure of them.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line.
 */
export const readSrt = (text: string): ParsedTranscript => {
  const warnings = createWarnings();
  const cues = readSrtCues(text).map(({ lines, ...cue }) => {
    warnAboutBlankLines(lines, cue.line, warnings);
    return { ...cue, text: toText(lines) };
  });
  const readLabel = createLabelReader(cues.flatMap((cue) => cue.text.split('\n')));
  const collected = cues.flatMap(({ startMs, endMs, line, text: body }): Cue[] =>
    splitTurns(body, readLabel).map((turn) => ({
      line,
      segment: { startMs, endMs, ...turn, words: null, confidence: null },
    })),
  );
  return collect('srt', null, collected, warnings);
};
