import { eachInSteps, type Steps } from '../steps.ts';
import type { Warnings } from '../warnings.ts';
import { readLeadingTimestamp } from './leading-timestamps.ts';
import type { TextLine } from './plain-text-blocks.ts';

/** A line, and the time it begins with, if it does; then `text` is what stands behind the time. */
export type Item = TextLine & { startMs: number | null };

/** The same, with the line as it stands in the file. */
export type StampedItem = Item & { whole: string };

// A few stray lines do not make the times of all others worthless.
const STAMPED_SHARE = 0.9;

/** Reads the time that each line begins with. */
export function* readStamps(lines: Iterable<TextLine>): Steps<StampedItem[]> {
  const items: StampedItem[] = [];
  yield* eachInSteps(lines, ({ text, line, paragraph }) => {
    const stamped = readLeadingTimestamp(text);
    const startMs = stamped?.startMs ?? null;
    items.push({ text: stamped?.text ?? text, whole: text, line, paragraph, startMs });
  });
  return items;
}

/** Whether (nearly) every line has a time: its own, its paragraph's, or that of a line above it. */
const areStamped = (items: readonly StampedItem[], paragraphs: boolean): boolean => {
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
  const enough = stamps > 1 || /^[[(]/.test(items[0]?.whole ?? '');
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

/**
 * Finds out whether the lines are a transcript with times, in ms: nearly all of them have one, and
 * they do not run backwards. Otherwise every line stays as it is, and has no time.
 */
export const chooseTimes = (
  items: readonly StampedItem[],
  paragraphs: boolean,
  warnings: Warnings,
): readonly Item[] => {
  const plain = () =>
    items.map((item) =>
      item.startMs === null ? item : { ...item, text: item.whole, startMs: null },
    );
  if (!areStamped(items, paragraphs)) return plain();
  const backwards = runBackwards(items);
  if (!backwards) return items;
  warnings.add('timestamps_ignored', backwards.line);
  return plain();
};
