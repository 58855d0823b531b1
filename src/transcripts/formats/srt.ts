import type { TrackKind } from '../../schemas/receipts.ts';
import type { Caption, CaptionLine } from '../caption-windows.ts';
import { type Cue, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { type Kept, undoRolling, whole } from '../rolling-captions.ts';
import { eachInSteps, mapInSteps, type Steps } from '../steps.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { reportUnrolled, textFrom } from '../unrolled.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { createLabelReader, splitTurns } from './labels.ts';
import { eachSrtCue } from './srt-cues.ts';
import { unprotectSrtText } from './srt-markup.ts';

// Each alternative ends at the next bracket, so the whole is linear. `{\an8}` places a caption.
const TAGS =
  /<\/?(?:b|i|u|s|c|v|font|lang|ruby|rt|span)(?:[\s.][^<>]*)?\/?>|<\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?>|\{\\[^{}]*\}/gi;

const toLines = (lines: string[]): CaptionLine[] => {
  // A line that is joined with nothing stays a part of the file's text, and is not copied.
  const said = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return unprotectSrtText(withoutBlankLines(said.join('\n').replace(TAGS, '')))
    .split('\n')
    .map((text) => ({ text, timed: false }));
};

const warnAboutBlankLines = (lines: string[], line: number, warnings: Warnings): void => {
  const first = lines.findIndex((text) => text !== '');
  const last = lines.findLastIndex((text) => text !== '');
  const blank = lines.findIndex((text, at) => at > first && at < last && text === '');
  if (blank !== -1) warnings.add('text_after_blank_line', line + blank + 1);
};

function* eachLine(kept: readonly Kept<Caption>[]): Generator<string> {
  for (const { caption, from } of kept) yield* textFrom(caption, from).split('\n');
}

/**
 * Reads SubRip. There is no standard, so it forgives what other tools write: `,` or `.`, missing
 * hours and counters, missing blank lines between cues and blank lines within them, markup (which
 * is dropped), cues out of order (sorted, with a warning). Entities are text: SRT has none.
 * Captions that roll are undone (see {@link undoRolling}). `Speaker: ` prefixes become speakers
 * where `createLabelReader` is sure of them.
 *
 * @param text Decoded text with LF newlines.
 * @param trackKind How the track came to be, where the caller knows.
 * @throws AppError `unreadable_transcript` with the line.
 */
export function* readSrt(text: string, trackKind?: TrackKind): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const captions: Caption[] = [];
  yield* eachInSteps(eachSrtCue(text), ({ startMs, endMs, line, lines }) => {
    warnAboutBlankLines(lines, line, warnings);
    captions.push({ startMs, endMs, line, lines: toLines(lines) });
  });
  const unrolled = yield* undoRolling(captions, trackKind);
  const kept = unrolled?.kept ?? captions.map(whole);
  const readLabel = yield* createLabelReader(eachLine(kept));
  const collected = yield* mapInSteps(kept, ({ caption, from, endMs }): Cue[] => {
    const { startMs, line } = caption;
    return splitTurns(textFrom(caption, from), readLabel).map((turn, index) => ({
      line,
      continues: index > 0,
      segment: {
        startMs,
        endMs,
        speaker: turn.speaker,
        text: turn.text,
        words: null,
        confidence: null,
      },
    }));
  });
  const undone = unrolled && (yield* reportUnrolled(unrolled, warnings));
  return yield* collect('srt', null, collected.flat(), warnings, undone);
}
