import { type CitablePassage, prefixOf } from './passages.ts';

/** Offsets in the text of a passage, `to` excluded. */
export type Stretch = { from: number; to: number };

/** An id that an answerer cites, in lower case; whether anybody gave it is not known yet. */
export type Marker = { id: string; stretch: Stretch | undefined };

/** The longest list of ids in one pair of brackets, in UTF-16 code units. */
const LONGEST = 200;

/**
 * Finds the ids in an answer while it is being written: `[s1]`, and as models write it too,
 * `[S1]`, `[s1, s2]` and `[s1; s2]`. All other brackets are text.
 *
 * @param pieces the answer as it comes; a piece may end in the middle of an id
 */
export async function* readMarkers(
  pieces: AsyncIterable<string>,
  passages: readonly CitablePassage[],
): AsyncGenerator<string | Marker, void> {
  // All ids begin with the same run of `s`.
  const { length } = prefixOf(passages);
  const id = `[sS]{${length}}\\d{1,4}(?::\\d{1,6}-\\d{1,6})?`;
  const list = new RegExp(`^\\[ *${id}(?: *[,;] *${id})* *\\]`);
  const beginning = new RegExp(`^\\[[sS0-9 ,;:-]{0,${LONGEST}}$`);
  let pending = '';
  for await (const piece of pieces) {
    pending += piece;
    for (;;) {
      const bracket = pending.indexOf('[');
      const text = bracket < 0 ? pending : pending.slice(0, bracket);
      if (text !== '') yield text;
      pending = pending.slice(text.length);
      const [whole] = list.exec(pending) ?? [];
      if (whole) {
        yield* toMarkers(whole);
        pending = pending.slice(whole.length);
      } else if (pending === '' || beginning.test(pending)) {
        break;
      } else {
        yield '[';
        pending = pending.slice(1);
      }
    }
  }
  if (pending !== '') yield pending;
}

function toMarkers(list: string): Marker[] {
  return [...list.matchAll(/([sS]+\d+)(?::(\d+)-(\d+))?/g)].map(([, id = '', from, to]) => ({
    id: id.toLowerCase(),
    stretch: from && to ? { from: Number(from), to: Number(to) } : undefined,
  }));
}
