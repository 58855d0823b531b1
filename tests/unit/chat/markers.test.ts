import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Marker, readMarkers } from '../../../src/chat/markers.ts';
import { withoutNumbers } from '../../../src/chat/without-numbers.ts';
import { passageOf } from './passage.ts';

const PASSAGES = [passageOf([[null, 0, 1, 'One.']], { id: 's1' })];

async function* iterate(pieces: readonly string[]) {
  yield* pieces;
}

/** Ids as `<s1>`, so that text and ids are told apart. */
async function read(pieces: readonly string[], passages = PASSAGES): Promise<string> {
  const parts: (string | Marker)[] = [];
  for await (const part of readMarkers(iterate(pieces), passages)) parts.push(part);
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.id}>`)).join('');
}

test.each([
  ['So [s1].', 'So <s1>.'],
  ['So. [s1]', 'So. <s1>'],
  ['So [S1].', 'So <s1>.'],
  ['So [s1, s2].', 'So <s1><s2>.'],
  ['So [s1; s2,s3].', 'So <s1><s2><s3>.'],
  ['So [ s1 ].', 'So <s1>.'],
  ['So [s1][s2].', 'So <s1><s2>.'],
  ['so[s1]so', 'so<s1>so'],
  ['```\nlist[s1]\n```', '```\nlist<s1>\n```'],
  // Everything else is text.
  ['So (s1).', 'So (s1).'],
  ['So 【s1】.', 'So 【s1】.'],
  ['So [s1-s3].', 'So [s1-s3].'],
  ['So [s1 and s2].', 'So [s1 and s2].'],
  ['So [ss1].', 'So [ss1].'],
  ['So [s12345].', 'So [s12345].'],
  [
    'So [1] at [0:10], [see](https://youtu.be/x?t=10).',
    'So [1] at [0:10], [see](https://youtu.be/x?t=10).',
  ],
  ['So [s1', 'So [s1'],
  ['[[s1]]', '[<s1>]'],
  ['[s\n1]', '[s\n1]'],
])('%j is read as %j', async (text, expected) => {
  expect(await read([text])).toBe(expected);
  expect(await read([...text])).toBe(expected);
});

test('a longer prefix makes short ids text', async () => {
  const passages = [passageOf([[null, 0, 1, 'It says [s1].']], { id: 'ss1' })];
  expect(await read(['“It says [s1].” [ss1]'], passages)).toBe('“It says [s1].” <ss1>');
});

test('a long list of ids is text, and holds nothing up', async () => {
  const long = `[${'s1, '.repeat(100)}`;
  expect(await read([...long])).toBe(long);
});

test('numbers in brackets that a model writes become an id that nobody gave', async () => {
  const pieces = ['So [1', '], [2, 3] and [s1] in [1936-02] [', '12] [4'];
  const written: string[] = [];
  for await (const piece of withoutNumbers(iterate(pieces), 's')) written.push(piece);
  expect(written.join('')).toBe('So [s0], [s0] and [s1] in [1936-02] [s0] [4');
});

test('however an answer is cut into pieces, it is read the same', async () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    's1',
    'S2',
    ', ',
    ';',
    ' ',
    ':',
    '0-9',
    'a',
    '[s1]',
    '12',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      expect(await read(pieces)).toBe(await read([pieces.join('')]));
    }),
  );
});
