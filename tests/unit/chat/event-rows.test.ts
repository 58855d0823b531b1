import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NumberedEvent } from '../../../src/chat/events.ts';
import { fromRow, toRows } from '../../../src/chat/live/event-rows.ts';

const ID = '00000000-0000-4000-8000-000000000000';

const events = fc
  .array(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.string().map((text) => ({ type: 'delta', data: { text } }) as const),
      },
      fc.constant({ type: 'citation', data: { citation: { number: 1 } } } as const),
    ),
    { maxLength: 700, size: 'max' },
  )
  .map((all): NumberedEvent[] => all.map((event, index) => ({ id: index + 1, ...event })));

test('what is stored is what was told, whatever the runs', () => {
  fc.assert(
    fc.property(events, (told) => {
      expect(toRows(ID, told).flatMap(fromRow)).toEqual(told);
    }),
  );
});

test('rows that are written again, with more behind them, cover those before', () => {
  fc.assert(
    fc.property(events, fc.nat(), (told, cut) => {
      const first = toRows(ID, told.slice(0, cut % (told.length + 1)));
      const again = toRows(ID, told);
      const stored = new Map([...first, ...again].map((row) => [row.sequence, row]));
      expect([...stored.values()].flatMap(fromRow)).toEqual(told);
    }),
  );
});

test('a run of deltas is one row, as long as it is no burden', () => {
  const deltas = (count: number) =>
    Array.from({ length: count }, (_, index): NumberedEvent => {
      return { id: index + 1, type: 'delta', data: { text: 'a' } };
    });
  expect(toRows(ID, deltas(200))).toHaveLength(1);
  expect(toRows(ID, deltas(401)).map(({ sequence }) => sequence)).toEqual([1, 201, 401]);
});
