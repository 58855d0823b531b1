import { encodeEntities } from '../../../src/transcripts/formats/entities.ts';
import { formatTimestamp } from '../../../src/transcripts/formats/timestamps.ts';

/** A word and when it is spoken, in ms. */
export type Spoken = { text: string; startMs: number };
/** A caption on a screen of two lines; the new words stand in the lower one. */
type Cue = { startMs: number; endMs: number; top: string | null; bottom: Spoken[] };

const HOLD_MS = 10;
/** A line stays so long, in ms, when nobody goes on; then the screen is cleared. */
const LONGEST_STAY_MS = 3_000;

const textOf = (line: readonly Spoken[]): string => line.map(({ text }) => text).join(' ');

/** The captions with new words that YouTube's recogniser makes of spoken lines. */
export const rolledCues = (lines: readonly Spoken[][]): Cue[] =>
  lines.map((bottom, index) => {
    const before = lines[index - 1];
    const [startMs, lastMs] = [bottom[0]?.startMs ?? 0, bottom.at(-1)?.startMs ?? 0];
    const next = lines[index + 1]?.[0]?.startMs ?? Number.POSITIVE_INFINITY;
    const stays = before && startMs - (before.at(-1)?.startMs ?? 0) <= LONGEST_STAY_MS;
    const pause = next - lastMs > LONGEST_STAY_MS;
    const endMs = pause ? lastMs + LONGEST_STAY_MS / 2 : next - HOLD_MS;
    return { startMs, endMs, top: stays ? textOf(before) : null, bottom };
  });

const withTimes = (line: readonly Spoken[], startMs: number): string =>
  line
    .map(({ text, startMs: at }) =>
      at === startMs
        ? encodeEntities(text)
        : `<${formatTimestamp(at, '.')}><c> ${encodeEntities(text)}</c>`,
    )
    .join('');

/** The file that YouTube makes of spoken lines: two lines a cue, and a hold cue behind each. */
export const rolledVtt = (lines: readonly Spoken[][]): string => {
  const range = (from: number, to: number) =>
    `${formatTimestamp(from, '.')} --> ${formatTimestamp(to, '.')} align:start position:0%`;
  const cues = rolledCues(lines).map(({ startMs, endMs, top, bottom }) => {
    const above = top === null ? ' ' : encodeEntities(top);
    const held = encodeEntities(textOf(bottom));
    return (
      `${range(startMs, endMs)}\n${above}\n${withTimes(bottom, startMs)}\n\n` +
      `${range(endMs, endMs + HOLD_MS)}\n${held}\n \n`
    );
  });
  return ['WEBVTT\nKind: captions\nLanguage: en\n', ...cues].join('\n');
};

/** How a converter writes rolling captions as SRT: on one line, without hold cues, or as they are. */
export type Conversion = { oneLine: boolean; holds: boolean };

/** The same as SRT, as converters write it: without the times of words. */
export const rolledSrt = (lines: readonly Spoken[][], { oneLine, holds }: Conversion): string => {
  const cues = rolledCues(lines).flatMap(({ startMs, endMs, top, bottom }) => {
    const shown = top === null ? [textOf(bottom)] : [top, textOf(bottom)];
    const hold = { startMs: endMs, endMs: endMs + HOLD_MS, text: textOf(bottom) };
    return [{ startMs, endMs, text: shown.join(oneLine ? ' ' : '\n') }, ...(holds ? [hold] : [])];
  });
  return cues
    .map(({ startMs, endMs, text }, index) => {
      const range = `${formatTimestamp(startMs, ',')} --> ${formatTimestamp(endMs, ',')}`;
      return `${index + 1}\n${range}\n${text}\n`;
    })
    .join('\n');
};

/** Lines of words, one word every 400 ms, and as much between two lines. */
export const speak = (...lines: string[]): Spoken[][] => {
  let startMs = 400;
  return lines.map((line) =>
    line.split(' ').map((text) => {
      startMs += 400;
      return { text, startMs };
    }),
  );
};
