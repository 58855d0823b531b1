import { followQuotations } from './quotation-marks.ts';

const NUMBERS = /^\[ *\d{1,4}(?: *[,;] *\d{1,4})* *\]/;
const BEGINNING = /^\[[\d ,;]{0,40}$/;

/**
 * Takes numbers in brackets out of what a model writes: `[2]` would look like a citation, and the
 * server alone makes these. An id that nobody gave stands in its place, so that it is counted.
 * Within a quotation they are what was said.
 *
 * @param prefix of the ids that were given
 */
export async function* withoutNumbers(
  pieces: AsyncIterable<string>,
  prefix: string,
): AsyncGenerator<string, void> {
  const unknown = `[${prefix}0]`;
  const inQuotation = followQuotations();
  let pending = '';
  for await (const piece of pieces) {
    pending += piece;
    let ready = '';
    for (;;) {
      const bracket = pending.indexOf('[');
      const text = bracket < 0 ? pending : pending.slice(0, bracket);
      const isQuoted = inQuotation(text);
      ready += text;
      pending = bracket < 0 ? '' : pending.slice(bracket);
      const [numbers] = NUMBERS.exec(pending) ?? [];
      if (pending === '' || (!numbers && BEGINNING.test(pending))) break;
      if (numbers) ready += isQuoted ? numbers : unknown;
      else ready += '[';
      pending = pending.slice(numbers?.length ?? 1);
    }
    if (ready !== '') yield ready;
  }
  if (pending !== '') yield pending;
}
