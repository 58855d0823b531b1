import type { Segment } from '../../schemas/segments.ts';
import { type Cue, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { createLabelReader, labelled } from './labels.ts';
import { readLeadingTimestamp } from './leading-timestamps.ts';
import { hasParagraphs, readTextLines, type TextLine } from './plain-text-blocks.ts';
import { formatTimestamp } from './timestamps.ts';

/** A line, and the time it begins with, if it does. */
type Item = TextLine & { startMs: number | null };
type Block = { startMs: number | null; speaker: string | null; lines: string[]; line: number };

// A few stray lines do not make the times of all others worthless.
const STAMPED_SHARE = 0.9;

const readStamps = (lines: readonly TextLine[]): Item[] =>
  lines.map((line) => {
    const stamped = readLeadingTimestamp(line.text);
    return { ...line, startMs: null, ...stamped };
  });

/** Whether (nearly) every line has a time: its own, its paragraph's, or that of a line above it. */
const areStamped = (
  items: readonly Item[],
  lines: readonly TextLine[],
  paragraphs: boolean,
): boolean => {
  let covered = 0;
  let stamps = 0;
  let previous: Item | undefined;
  let inherited = false;
  for (const item of items) {
    const sameParagraph = paragraphs && previous?.paragraph === item.paragraph;
    // A line with a time and nothing else gives its time to the next: so YouTube shows transcripts.
    const below = previous?.startMs !== undefined && previous.startMs !== null && !previous.text;
    inherited = item.startMs !== null || below || (sameParagraph && inherited);
    if (inherited) covered += 1;
    if (item.startMs !== null) stamps += 1;
    previous = item;
  }
  // One line that begins with a time of day is a sentence; in brackets it is a time of this talk.
  const enough = stamps > 1 || /^[[(]/.test(lines[0]?.text ?? '');
  return stamps > 0 && enough && covered >= items.length * STAMPED_SHARE;
};

const runBackwards = (items: readonly Item[]): Item | undefined => {
  let latest = 0;
  return items.find(({ startMs }) => {
    const backwards = startMs !== null && startMs < latest;
    latest = startMs ?? latest;
    return backwards;
  });
};

/** Times that are to be used, or the lines as they are. */
const chooseTimes = (lines: TextLine[], paragraphs: boolean, warnings: Warnings): Item[] => {
  const stamped = readStamps(lines);
  const plain = () => lines.map((line) => ({ ...line, startMs: null }));
  if (!areStamped(stamped, lines, paragraphs)) return plain();
  const backwards = runBackwards(stamped);
  if (!backwards) return stamped;
  warnings.add('timestamps_ignored', backwards.line);
  return plain();
};

const isBareTime = ({ speaker, lines }: Block): boolean =>
  speaker === null && lines.every((line) => line === '');

const toBlocks = (items: readonly Item[], paragraphs: boolean): Block[] => {
  const readLabel = createLabelReader(items.map(({ text }) => text));
  const timed = items.some(({ startMs }) => startMs !== null);
  const blocks: Block[] = [];
  let paragraph = -1;
  for (const item of items) {
    const turn = readLabel(item.text);
    const open = blocks.at(-1);
    const continues = timed ? open !== undefined : paragraphs && paragraph === item.paragraph;
    paragraph = item.paragraph;
    if (open && item.startMs === null && continues && !turn) {
      open.lines.push(item.text);
    } else if (open && item.startMs === null && turn && isBareTime(open)) {
      open.speaker = turn.speaker;
      open.lines.push(turn.text);
    } else {
      // A second speaker under one time has that time, too; what stands above all times has 0.
      const startMs = item.startMs ?? (timed ? (open?.startMs ?? 0) : null);
      const speaker = turn?.speaker ?? null;
      blocks.push({ startMs, speaker, lines: [turn?.text ?? item.text], line: item.line });
    }
  }
  return blocks;
};

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
export const readPlainText = (text: string): ParsedTranscript => {
  const warnings = createWarnings();
  const lines = readTextLines(text);
  const paragraphs = hasParagraphs(lines);
  const blocks = toBlocks(chooseTimes(lines, paragraphs, warnings), paragraphs);
  const cues = blocks.map((block, index) => toCue(block, blocks[index + 1]));
  return collect('text', null, cues, warnings);
};

/**
 * Writes one line per segment, `[00:12:34] Speaker: text`; the time, in whole seconds, is left out
 * in a transcript without times.
 */
export const writePlainText = (segments: readonly Segment[]): string => {
  const lines = segments.map(({ startMs, speaker, text }) => {
    const time = startMs === null ? '' : `[${formatTimestamp(startMs)}] `;
    return `${time}${labelled(speaker, text.replace(/\s*\n\s*/g, ' '))}\n`;
  });
  return lines.join('');
};
