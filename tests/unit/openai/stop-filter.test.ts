import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopFilter } from '../../../src/openai/stop-filter.ts';

function pass(pieces: string[], stops: string[]) {
  const filter = createStopFilter(stops);
  let sent = '';
  for (const piece of pieces) {
    const { text, isStopped } = filter.push(piece);
    sent += text;
    if (isStopped) return { sent, isStopped };
  }
  return { sent: sent + filter.flush(), isStopped: false };
}

/** The shortest beginning of a text that ends with a stop, without it. */
function expected(text: string, stops: string[]) {
  for (let end = 1; end <= text.length; end += 1) {
    const begun = text.slice(0, end);
    const [stop] = stops
      .filter((one) => begun.endsWith(one))
      .toSorted((a, b) => b.length - a.length);
    if (stop) return { sent: begun.slice(0, -stop.length), isStopped: true };
  }
  return { sent: text, isStopped: false };
}

const letters = (constraints: { minLength?: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom('a', 'b', '\n'), ...constraints });

test('a text ends before the first stop, however it is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(letters({ maxLength: 5 })),
      fc.array(letters({ minLength: 1, maxLength: 4 }), { maxLength: 4 }),
      (pieces, stops) => {
        expect(pass(pieces, stops)).toEqual(expected(pieces.join(''), stops));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('only what may become a stop is held back', () => {
  const filter = createStopFilter(['END', 'NDX']);
  expect(filter.push('the EN')).toEqual({ text: 'the ', isStopped: false });
  expect(filter.push('D')).toEqual({ text: '', isStopped: true });
});
