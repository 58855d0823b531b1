import type { Marker } from './markers.ts';

const SPACE = /[ \t]/;

/** Spaces that are held back, at most. */
const MOST_HELD = 8;

/**
 * Takes the spaces away in front of an id that nobody gave, which is dropped later: “Invented [s99].”
 * becomes “Invented.”. Spaces are held back until what follows them is known.
 *
 * @param isKnown whether an id is one that was given
 */
export async function* closeGaps(
  parts: AsyncIterable<string | Marker>,
  isKnown: (marker: Marker) => boolean,
): AsyncGenerator<string | Marker, void> {
  let held = '';
  try {
    for await (const part of parts) {
      if (typeof part !== 'string') {
        if (held !== '' && isKnown(part)) yield held;
        held = '';
        yield part;
        continue;
      }
      const text = held + part;
      let end = text.length;
      const least = Math.max(0, end - MOST_HELD);
      while (end > least && SPACE.test(text.charAt(end - 1))) end -= 1;
      held = text.slice(end);
      if (end > 0) yield text.slice(0, end);
    }
  } catch (error) {
    // What was written until then is kept.
    if (held !== '') yield held;
    throw error;
  }
  if (held !== '') yield held;
}
