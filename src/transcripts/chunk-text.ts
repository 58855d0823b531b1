import type { Unit } from './chunk-units.ts';

/**
 * What stands between two units of a chunk (or, without `previous`, in front of the first):
 * nothing between parts of one segment, so that its text stays as it is; a space within one turn;
 * a new line and `Speaker: ` at each change of speaker.
 */
const lead = (previous: Unit | undefined, unit: Unit): string => {
  if (previous && previous.segment === unit.segment) return '';
  if (previous && previous.speaker === unit.speaker) return ' ';
  const label = unit.speaker === null ? '' : `${unit.speaker}: `;
  return previous ? `\n${label}` : label;
};

/** How many UTF-16 units `unit` adds to the text of a chunk that ends with `previous`. */
export const addedLength = (previous: Unit | undefined, unit: Unit): number =>
  lead(previous, unit).length + unit.text.length;

/** The text of a chunk, as it is embedded, searched and quoted. */
export const chunkText = (units: readonly Unit[]): string =>
  units.map((unit, index) => lead(units[index - 1], unit) + unit.text).join('');
