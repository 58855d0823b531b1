import type { TrackKind } from '../schemas/receipts.ts';
import {
  type Caption,
  type CaptionWindow,
  carriedLines,
  isHold,
  isUntimed,
  type Place,
  touches,
  toWindow,
} from './caption-windows.ts';
import { repeatedRun } from './repeated-run.ts';
import { looksRolled, SHORTEST_RUN } from './rolling-evidence.ts';
import { mapInSteps, type Steps } from './steps.ts';

/** A run that was heard longer ago, in ms, is taken for said again. */
const LONGEST_PAUSE_MS = 1_000;

const WHOLE: Place = { line: 0, offset: 0 };

/** The caption before as it was shown, and the words of the last kept one that were new. */
type Before = { window: CaptionWindow; words: readonly string[] };

/** How many of the first words of a caption were carried over from the one before. */
const carriedRun = ({ window, words }: Before, now: CaptionWindow, rolls: boolean): number => {
  const run = repeatedRun(words, now.words());
  // Where captions roll, the line before comes again however short it is.
  const wholeLine = rolls && run === words.length && touches(window, now);
  if (run >= SHORTEST_RUN || wholeLine) return run;
  // Captions that roll by words show more than what was new in the last.
  const shown = repeatedRun(window.words(), now.words());
  return shown >= SHORTEST_RUN ? shown : 0;
};

/** Where the new text of a caption begins; null when it has none. */
const findNew = (before: Before, now: CaptionWindow, rolls: boolean): Place | null => {
  const { window } = before;
  if (isHold(window, now)) return null;
  if (rolls && now.cleared) return WHOLE;
  const near = touches(window, now);
  const carried = carriedLines(window, now);
  const firstNew = now.lineNumbers[carried];
  // A line that comes again without a pause was carried over, in any track that a recogniser wrote.
  if ((rolls || near) && carried > 0 && firstNew !== undefined)
    return { line: firstNew, offset: 0 };
  if (!isUntimed(now)) return WHOLE;
  // The same again, without a pause, is the same; behind a pause it is said twice.
  if (firstNew === undefined && near) return null;
  if (firstNew === undefined && (rolls || window.lineNumbers.length === carried)) return WHOLE;
  const run = carriedRun(before, now, rolls);
  if (run === 0 || now.startMs - window.endMs > LONGEST_PAUSE_MS) return WHOLE;
  return now.places()[run] ?? (near ? null : WHOLE);
};

const newWords = (window: CaptionWindow, from: Place): readonly string[] => {
  if (from === WHOLE) return window.words();
  const places = window.places();
  const first = places.findIndex(
    ({ line, offset }) => line > from.line || (line === from.line && offset >= from.offset),
  );
  return first === -1 ? [] : window.words().slice(first);
};

function* findAllNew(captions: readonly Caption[], rolls: boolean): Steps<(Place | null)[]> {
  let before: Before | undefined;
  return yield* mapInSteps(captions, (caption) => {
    const now = toWindow(caption);
    if (!now) return WHOLE;
    const place: Place | null = before ? findNew(before, now, rolls) : WHOLE;
    before = {
      window: now,
      words: place ? newWords(now, place) : (before?.words ?? []),
    };
    return place;
  });
}

const hasText = ({ lines }: Caption): boolean => lines.some(({ text }) => text.trim() !== '');

/** A caption of which something is kept: from where, and until when, in ms, it is shown alone. */
export type Kept<T extends Caption> = { caption: T; from: Place; endMs: number };

/** A caption that is kept as it is. */
export const whole = <T extends Caption>(caption: T): Kept<T> => ({
  caption,
  from: WHOLE,
  endMs: caption.endMs,
});

/** What is kept, in the order of the file, and what is not. */
export type Unrolled<T extends Caption> = { kept: Kept<T>[]; dropped: T[] };

/**
 * Undoes captions that roll: YouTube shows each line twice, first below, word by word, then above
 * the next one, and holds it for 10 ms in between. Lines, and runs of three or more words, that the
 * caption before has just shown are cut off, and captions that only hold or repeat are dropped. Only
 * neighbours in time are compared, so a refrain stays. A kept caption ends where the next begins.
 *
 * @param captions In any order; what is kept stays in it.
 * @param trackKind What the caller says: `asr` is always undone, a track that was written or
 * translated never; without it, the file itself has to look rolled (see {@link looksRolled}).
 * @returns undefined where nothing is to be undone.
 */
export function* undoRolling<T extends Caption>(
  captions: readonly T[],
  trackKind: TrackKind = 'unknown',
): Steps<Unrolled<T> | undefined> {
  if (trackKind === 'manual' || trackKind === 'translated') return undefined;
  const ordered = captions.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const rolls = yield* looksRolled(ordered);
  if (!rolls && trackKind !== 'asr') return undefined;
  const places = yield* findAllNew(ordered, rolls);
  const undone = rolls || places.some((place) => place !== WHOLE);
  const kept = new Map<T, Kept<T>>();
  let nextStart = Number.POSITIVE_INFINITY;
  for (let at = ordered.length - 1; at >= 0; at -= 1) {
    const caption = ordered[at];
    const from = places[at];
    if (!caption || !from) continue;
    const endMs = undone ? Math.min(caption.endMs, nextStart) : caption.endMs;
    kept.set(caption, { caption, from, endMs });
    if (hasText(caption)) nextStart = caption.startMs;
  }
  yield;
  return {
    kept: captions.flatMap((caption) => kept.get(caption) ?? []),
    dropped: captions.filter((caption) => !kept.has(caption)),
  };
}
