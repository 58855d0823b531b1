import {
  type CaptionWindow,
  carriedLines,
  carriedWords,
  isHold,
  isUntimed,
  touches,
} from './caption-windows.ts';

/** A shorter run is often said again: "you know", "and then". */
export const SHORTEST_RUN = 3;

/** What nobody writes by hand: a line above words with times that had its own, or is held. */
const isMachineMade = (before: CaptionWindow, now: CaptionWindow): boolean =>
  isUntimed(now) ? !isUntimed(before) && isHold(before, now) : carriedLines(before, now) > 0;

/**
 * Whether a caption without times of words holds the one before for an instant, or begins with its
 * end and goes on. A refrain or an answer that only repeats brings nothing new; a chant has no three
 * different words.
 */
const isContinued = (before: CaptionWindow, now: CaptionWindow): boolean => {
  if (!isUntimed(now) || !touches(before, now)) return false;
  if (isHold(before, now)) return true;
  const run = carriedWords(before.words, now);
  if (run < SHORTEST_RUN || run === now.words.length) return false;
  return new Set(now.words.slice(0, run).map(({ key }) => key)).size >= SHORTEST_RUN;
};

/**
 * Tells from a whole file whether its captions roll, as those of YouTube's recogniser do.
 *
 * It takes more than half of all neighbours. Where captions roll, nearly all of them do: only a
 * pause or a line of one or two words breaks the row, and each line then still has its hold cue,
 * which is more than half of the neighbours. In songs and speeches a line that takes up the last one
 * and goes on is the exception. Without times of words it also takes two, as one may be chance.
 *
 * @param windows In the order in which they are shown.
 */
export const looksRolled = (windows: readonly CaptionWindow[]): boolean => {
  let machineMade = 0;
  let continued = 0;
  for (const [index, now] of windows.entries()) {
    const before = windows[index - 1];
    if (!before) continue;
    if (isMachineMade(before, now)) machineMade += 1;
    else if (isContinued(before, now)) continued += 1;
  }
  const enough = machineMade > 0 || continued > 1;
  return enough && (machineMade + continued) * 2 > windows.length - 1;
};
