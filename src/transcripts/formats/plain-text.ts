import { type Cue, checkCount, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { eachInSteps, type Steps } from '../steps.ts';
import { createWarnings } from '../warnings.ts';
import { createLabelReader, type LabelReader } from './labels.ts';
import { eachTextLine, hasParagraphs } from './plain-text-blocks.ts';
import { chooseTimes, type Item, readStamps } from './plain-text-times.ts';

type Block = { startMs: number | null; speaker: string | null; lines: string[]; line: number };

const isBareTime = ({ speaker, lines }: Block): boolean =>
  speaker === null && lines.every((line) => line === '');

/** Each block is told when the next one begins. */
function* eachBlock(
  items: readonly Item[],
  paragraphs: boolean,
  readLabel: LabelReader,
): Generator<Block> {
  const timed = items.some(({ startMs }) => startMs !== null);
  let open: Block | undefined;
  let count = 0;
  let paragraph = -1;
  for (const item of items) {
    checkCount(count, item.line);
    const turn = readLabel(item.text);
    const continues = timed ? open !== undefined : paragraphs && paragraph === item.paragraph;
    paragraph = item.paragraph;
    if (open && item.startMs === null && continues && !turn) {
      open.lines.push(item.text);
    } else if (open && item.startMs === null && turn && isBareTime(open)) {
      open.speaker = turn.speaker;
      open.lines.push(turn.text);
    } else {
      // A second speaker under one time has that time, too; what stands above all times has 0.
      const startMs: number | null = item.startMs ?? (timed ? (open?.startMs ?? 0) : null);
      const speaker = turn?.speaker ?? null;
      if (open) yield open;
      count += 1;
      open = { startMs, speaker, lines: [turn?.text ?? item.text], line: item.line };
    }
  }
  if (open) yield open;
}

const toCue = ({ startMs, speaker, lines, line }: Block, next: Block | undefined): Cue => {
  // The end is not written: it lasts until the next begins. How long the last one lasts is unknown.
  const endMs = next?.startMs ?? startMs;
  const text = lines.filter((part) => part !== '').join('\n');
  return { line, segment: { startMs, endMs, speaker, text, words: null, confidence: null } };
};

/**
 * Reads plain text. Paragraphs become segments where blank lines separate them, else lines do;
 * a line that begins with a speaker's label (see `createLabelReader`) begins a segment. Where
 * nine tenths of the lines have a time in front, or a line with only a time above them, those are
 * the starts; otherwise there are no times, and nothing is cut from the text.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` when there is no text.
 */
export function* readPlainText(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const lines = yield* readStamps(eachTextLine(text));
  const paragraphs = hasParagraphs(lines);
  yield;
  const items = chooseTimes(lines, paragraphs, warnings);
  yield;
  const readLabel = yield* createLabelReader(items.values().map((item) => item.text));
  const cues: Cue[] = [];
  let open: Block | undefined;
  yield* eachInSteps(eachBlock(items, paragraphs, readLabel), (block) => {
    if (open) cues.push(toCue(open, block));
    open = block;
  });
  if (open) cues.push(toCue(open, undefined));
  return yield* collect('text', null, cues, warnings);
}
