import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from '../../../src/providers/model-events.ts';

async function* cut(bytes: Uint8Array, places: number[]): AsyncGenerator<Uint8Array> {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))];
  const ends = [...at.toSorted((a, b) => a - b), bytes.length];
  for (const [index, end] of ends.entries()) yield bytes.slice(ends[index - 1] ?? 0, end);
}

async function dataOf(bytes: AsyncIterable<Uint8Array>): Promise<string[]> {
  const data: string[] = [];
  for await (const event of readEvents(bytes)) data.push(event.data);
  return data;
}

const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
const lineEnd = fc.constantFrom('\n', '\r\n');
const comment = fc.constantFrom('', ': keep-alive', ':', 'id: 1', 'nonsense');

test('events are the same wherever their bytes are cut, and whatever ends their lines', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, comment), { maxLength: 12 }),
      lineEnd,
      fc.array(fc.nat(), { maxLength: 40 }),
      async (events, end, places) => {
        const lines = events.flatMap(([content, other]) => [
          ...(other ? [other] : []),
          `data: ${JSON.stringify(content)}`,
          '',
        ]);
        const bytes = new TextEncoder().encode(lines.map((line) => line + end).join(''));
        const data = await dataOf(cut(bytes, places));
        expect(data.map((json) => JSON.parse(json))).toEqual(events.map(([content]) => content));
      },
    ),
  );
});

test('an event that the end cuts off is none', async () => {
  const bytes = new TextEncoder().encode('data: a\n\ndata: b\n');
  expect(await dataOf(cut(bytes, []))).toEqual(['a']);
});
