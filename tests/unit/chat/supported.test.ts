import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CitedAnswer, type CitingEvent, cite } from '../../../src/chat/citing.ts';
import { cpuMs } from '../../helpers/cpu-time.ts';
import { passageOf } from './passage.ts';

const PASSAGES = [
  passageOf([['Maren', 0, 4_000, 'The wheel stalled because of the sluice.']], { id: 's1' }),
  passageOf([['Jonah', 9_000, 9_900, 'The cog is new.']], { id: 's2', first: 7 }),
];
const NOTHING = 'Nothing was said about this.';

async function run(pieces: readonly string[], strict = true) {
  async function* source() {
    yield* pieces;
  }
  const events: CitingEvent[] = [];
  const citing = cite(source(), PASSAGES, strict ? NOTHING : undefined);
  let next = await citing.next();
  for (; !next.done; next = await citing.next()) events.push(next.value);
  return { events, answer: next.value };
}
const strictly = async (text: string) => (await run([text])).answer;

describe('with strict citations', () => {
  test.each([
    ['It stalled [s1]. It rained. The cog is new [s2].', 'It stalled [1]. The cog is new [2].'],
    ['It stalled. [s1] It rained. The cog is new. [s2]', 'It stalled. [1] The cog is new. [2]'],
    ['It rained. It stalled [s1].', 'It stalled [1].'],
    ['It stalled [s99]. The cog is new [s2].', 'The cog is new [1].'],
    [
      'It stalled [s1] because of the sluice, as she says. So!',
      'It stalled [1] because of the sluice, as she says. ',
    ],
    [
      '- It stalled [s1].\n- It rained.\n- The cog is new [s2].\n',
      '- It stalled [1].\n- The cog is new [2].\n',
    ],
    [
      '1. It rained. It stalled [s1].\n2. It snowed.\n3. The cog is new [s2].',
      '1. It stalled [1].\n3. The cog is new [2].',
    ],
    ['# Why\nIt rained.\n\n# Parts\nThe cog is new [s2].', '# Parts\nThe cog is new [1].'],
    ['# Why\n\nIt stalled [s1].\n\n# Rest\nIt rained.', '# Why\n\nIt stalled [1].\n\n'],
    ['Here is what was said:\n- It stalled [s1].', 'Here is what was said:\n- It stalled [1].'],
    [
      'Dr. Hill and J. Orr say e.g. that it stalled [s1].',
      'Dr. Hill and J. Orr say e.g. that it stalled [1].',
    ],
    [
      'She says: “It stalled. The sluice did it.” [s1] It rained.',
      'She says: “It stalled. The sluice did it.” [1] ',
    ],
    ['水車は止まった[s1]。雨が降った。歯車は新しい[s2]。', '水車は止まった[1]。歯車は新しい[2]。'],
    ['It stalled at 1.30 p.m. on the 3rd [s1].', 'It stalled at 1.30 p.m. on the 3rd [1].'],
  ])('%j becomes %j', async (text, kept) => {
    expect((await strictly(text)).content).toBe(kept);
  });

  test.each(['It rained.', 'It stalled [s9].', '# A heading', '', 'I cannot help with that.'])(
    '%j leaves that nothing was said',
    async (text) => {
      const answer = await strictly(text);
      expect(answer).toMatchObject({ content: NOTHING, citations: [] });
    },
  );

  test('ids that nobody gave are counted, also in sentences that are left out', async () => {
    expect((await strictly('It rained [s8]. It stalled [s1][s9].')).unknownCitations).toBe(2);
  });
});

test.each(['A. ', '. ', '.', '"', '# ', ' '])(
  'a text of %j again and again takes no time, whole or in pieces',
  async (repeated) => {
    const pieces = Array.from({ length: 30_000 }, () => repeated);
    const took = await cpuMs(async () => {
      await run([[...pieces, '[s1]'].join('')]);
      await run([...pieces, '[s1]']);
    });
    expect(took).toBeLessThan(2_000);
  },
);

const piece = fc.constantFrom(
  ...[
    'It stalled',
    'The cog is new',
    ' [s1]',
    '[s2]',
    ' [s9]',
    '[S1, s2]',
    '. ',
    '.',
    '\n',
    '\n\n',
    '- ',
  ],
  ...[
    '“',
    '”',
    '« ',
    ' »',
    '# Why',
    ' so',
    '1. ',
    'Dr. ',
    '[',
    ']',
    '? ',
    '…',
    '。',
    ': ',
    '[1]',
    '"',
  ],
);

test('streamed and whole, strict or not, the answer is one, and each claim stands before its number', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.boolean(), async (pieces, strict) => {
      const { events, answer } = await run(pieces, strict);
      const spelt = events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
      expect(spelt).toBe(answer.content);
      const letters = await run([...pieces.join('')], strict);
      expect(letters.answer).toEqual(answer);
      expectClaims(answer);
    }),
    { numRuns: 500 },
  );
});

test('of what is left out, nothing was supported', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      const loose = (await run(pieces, false)).answer;
      const { answer } = await run(pieces);
      expect(
        answer.citations.map(({ transcriptId, firstSegment }) => [transcriptId, firstSegment]),
      ).toEqual(
        loose.citations.map(({ transcriptId, firstSegment }) => [transcriptId, firstSegment]),
      );
      expect(answer.unknownCitations).toBe(loose.unknownCitations);
    }),
  );
});

/** Behind a claim come its number, and those of others that support the same. */
function expectClaims({ content, citations }: CitedAnswer): void {
  for (const { number, answerStart, answerEnd } of citations) {
    expect(answerStart).toBeLessThanOrEqual(answerEnd);
    const claim = content.slice(answerStart, answerEnd);
    expect(claim).toBe(claim.trim());
    const at = content.indexOf(`[${number}]`, answerEnd);
    expect(at).toBeGreaterThanOrEqual(answerEnd);
    expect(content.slice(answerEnd, at)).toMatch(/^(?:\s|\[\d+\]|[^\p{L}\p{N}])*$/u);
  }
}
