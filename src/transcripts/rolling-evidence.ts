import {
  type Caption,
  type CaptionWindow,
  carriedLines,
  isHold,
  isUntimed,
  touches,
  toWindow,
} from './caption-windows.ts';
import { repeatedRun } from './repeated-run.ts';
import type { Steps } from './steps.ts';

/** A shorter run is often said again: "you know", "and then". */
export const SHORTEST_RUN = 3;

/** Captions that are compared in a step. */
const STEP = 16;

/** What two neighbours say: how captions roll here, that they do not, or nothing. */
type Sign = 'timed' | 'held' | 'continued' | 'none' | 'unclear';

/**
 * Nobody writes by hand a line without times above one with times, or holds one for an instant. What
 * begins with the end of the last caption and goes on may also be a song; a refrain or an answer
 * brings nothing new. A start of fewer than three different words of it may be a chant, or a short
 * line that rolls, and says nothing.
 */
const signOf = (before: CaptionWindow, now: CaptionWindow): Sign => {
  if (!isUntimed(now)) return carriedLines(before, now) > 0 ? 'timed' : 'none';
  if (isHold(before, now)) return isUntimed(before) ? 'held' : 'timed';
  if (!touches(before, now)) return 'none';
  const words = now.words();
  const run = repeatedRun(before.words(), words);
  if (run === 0 || run === words.length) return 'none';
  const different = new Set(words.slice(0, run)).size;
  return different >= SHORTEST_RUN ? 'continued' : 'unclear';
};

/**
 * Tells from a whole file whether its captions roll, as those of YouTube's recogniser do.
 *
 * Where they roll, nearly all do: only a pause breaks the row, and a line in front of it still has
 * its hold cue. So more than half of the neighbours must show it. Where only words show it, it must
 * be more than two thirds, and two: in a blues, each line is sung twice and goes on the second time,
 * which is every other pair of captions, and one pair may be chance.
 *
 * @param captions In the order in which they are shown.
 */
export function* looksRolled(captions: readonly Caption[]): Steps<boolean> {
  const counts: Record<Sign, number> = { timed: 0, held: 0, continued: 0, none: 0, unclear: 0 };
  let before: CaptionWindow | undefined;
  for (const [index, caption] of captions.entries()) {
    if (index % STEP === 0) yield;
    const now = toWindow(caption);
    if (now && before) counts[signOf(before, now)] += 1;
    // Whatever the rest shows, it cannot outweigh half of all.
    if (2 * counts.none >= captions.length) return false;
    before = now ?? before;
  }
  const { timed, held, continued, none } = counts;
  const rolling = timed + held + continued;
  const machineMade = timed > 0 || held > 1;
  return machineMade ? rolling > none : rolling > 1 && rolling > 2 * none;
}
