/** Where a quotation begins, in times (ms) and in segments. */
export type CitedPlace = { firstSegment: number; startMs: number | null; endMs: number | null };

/** Two recognisers may place the same word so far apart, in ms; a link is not worse for it. */
const SAME_MOMENT_MS = 2_000;

/** Whether a place is where was cited from, and how far from it (in ms, or in segments). */
export const closeness = (
  cited: CitedPlace,
  { firstSegment, startMs, endMs }: CitedPlace,
): { here: boolean; distance: number } => {
  if (cited.startMs === null || startMs === null) {
    const distance = Math.abs(firstSegment - cited.firstSegment);
    return { here: distance === 0, distance };
  }
  const distance = Math.abs(startMs - cited.startMs);
  const overlaps = startMs < (cited.endMs ?? cited.startMs) && (endMs ?? startMs) > cited.startMs;
  return { here: overlaps || distance === 0, distance };
};

/**
 * Whether a link to the cited second is still right.
 *
 * @param exactMs when the words begin, where that is known
 * @param segmentMs when their segment does: they are not said before that
 */
export const isSameMoment = (
  cited: CitedPlace,
  place: CitedPlace,
  exactMs: number | null,
  segmentMs: number | null,
): boolean => {
  if (!closeness(cited, place).here) return false;
  if (cited.startMs === null) return true;
  return (
    (exactMs ?? cited.startMs) >= cited.startMs - SAME_MOMENT_MS &&
    (exactMs ?? segmentMs ?? cited.startMs) <= cited.startMs + SAME_MOMENT_MS
  );
};
