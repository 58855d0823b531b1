import type { Caption, Place } from './caption-windows.ts';
import type { Undone } from './collect.ts';
import type { Unrolled } from './rolling-captions.ts';
import { eachInSteps, type Steps } from './steps.ts';
import type { Warnings } from './warnings.ts';
import { countWords } from './words.ts';

/** The plain text of a caption from a place in it to its end. */
export const textFrom = ({ lines }: Caption, { line, offset }: Place): string =>
  lines
    .slice(line)
    .map(({ text }) => text)
    .join('\n')
    .slice(offset);

const START: Place = { line: 0, offset: 0 };

/** Counts what was undone, for the receipt, and warns of each caption that was changed or dropped. */
export function* reportUnrolled<T extends Caption>(
  { kept, dropped }: Unrolled<T>,
  warnings: Warnings,
): Steps<Undone> {
  const undone: Undone = { merged: 0, dropped: dropped.length, words: 0 };
  yield* eachInSteps(kept, ({ caption, from, endMs }) => {
    if (endMs !== caption.endMs) warnings.add('overlap_clipped', caption.line);
    if (from.line === 0 && from.offset === 0) return;
    warnings.add('rolling_repeat_cut', caption.line);
    undone.merged += 1;
    undone.words += countWords(textFrom(caption, START)) - countWords(textFrom(caption, from));
  });
  yield* eachInSteps(dropped, (caption) => {
    warnings.add('rolling_cue_dropped', caption.line);
    undone.words += countWords(textFrom(caption, START));
  });
  return undone;
}
