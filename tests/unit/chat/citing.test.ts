import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CitedAnswer, type CitingEvent, cite } from '../../../src/chat/citing.ts';
import { passageOf } from './passage.ts';

const MILL = passageOf(
  [
    ['Maren', 10_000, 14_000, 'The wheel stalled because we had opened the sluice too early.'],
    ['Maren', 14_500, 18_000, 'So the tail water was still high.'],
  ],
  { id: 's1', first: 40 },
);
const COG = passageOf([['Jonah', 90_000, 93_000, 'And the hunting cog?']], { id: 's2' });

async function run(pieces: string[]): Promise<{ events: CitingEvent[]; answer: CitedAnswer }> {
  async function* source() {
    yield* pieces;
  }
  const events: CitingEvent[] = [];
  const citing = cite(source(), [MILL, COG]);
  for (;;) {
    const next = await citing.next();
    if (next.done) return { events, answer: next.value };
    events.push(next.value);
  }
}

const spell = (events: CitingEvent[]) =>
  events.map((event) => (event.type === 'delta' ? event.text : '')).join('');

test('an id becomes a number, and its citation holds the quote, the speaker and the moment', async () => {
  const { answer } = await run(['She says: “opened the sluice too early” [s1].']);
  expect(answer.content).toBe('She says: “opened the sluice too early” [1].');
  expect(answer.citations).toEqual([
    {
      number: 1,
      transcriptId: MILL.transcriptId,
      revision: 1,
      firstSegment: 40,
      lastSegment: 40,
      startMs: 10_000,
      endMs: 14_000,
      speaker: 'Maren',
      quote: 'opened the sluice too early',
      quoteMatch: 'exact',
      answerStart: 0,
      answerEnd: 39,
      youtubeVideoId: 'T1deM1ll_07',
      duration: 600,
      anchor: null,
    },
  ]);
});

test('a quote that runs over two segments spans both', async () => {
  const { answer } = await run(['“too early. So the tail water” [s1]']);
  expect(answer.citations[0]).toMatchObject({
    firstSegment: 40,
    lastSegment: 41,
    startMs: 10_000,
    endMs: 18_000,
  });
});

test('a quote with another case and punctuation is normalized to what was said', async () => {
  const { answer } = await run(['“the wheel STALLED, because we had opened” [s1]']);
  expect(answer.citations[0]).toMatchObject({
    quote: 'The wheel stalled because we had opened',
    quoteMatch: 'normalized',
  });
});

test('a quote that was never said is marked, and what was said stands in its place', async () => {
  const { answer } = await run(['“The wheel exploded and the sluice was early” [s1]']);
  expect(answer.citations[0]?.quoteMatch).toBe('none');
  expect(answer.citations[0]?.quote).toBe(MILL.segments[0]?.text);
});

test('an answer without a quote of its own is given the nearest segment', async () => {
  const { answer } = await run(['The tail water was high [s1].']);
  expect(answer.citations[0]).toMatchObject({
    quote: 'So the tail water was still high.',
    quoteMatch: 'exact',
    startMs: 14_500,
  });
});

test('an id that nobody gave is dropped and counted', async () => {
  const { answer } = await run(['True [s1]. Invented [s99].']);
  expect(answer.content).toBe('True [1]. Invented.');
  expect(answer.unknownCitations).toBe(1);
  expect(answer.citations).toHaveLength(1);
});

test('each citation supports the sentence in front of it, and neighbours share one', async () => {
  const { answer } = await run(['First claim. Second claim [s1][s2]. Third one [s2].']);
  const claims = answer.citations.map(({ answerStart, answerEnd }) =>
    answer.content.slice(answerStart, answerEnd),
  );
  expect(claims).toEqual(['Second claim', 'Second claim', 'Third one']);
  expect(answer.citations.map((citation) => citation.number)).toEqual([1, 2, 3]);
});

test('brackets that are no ids stay as they are', async () => {
  const { answer } = await run(['An array a[s] and [sic] and [s1 and [']);
  expect(answer.content).toBe('An array a[s] and [sic] and [s1 and [');
  expect(answer.citations).toEqual([]);
});

test('however the answer is cut into pieces, it comes out the same', async () => {
  const text = 'At 0:10: “opened the sluice too early” [s1]\nAnd [s7] so [x] on [s2][s1].';
  const whole = await run([text]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: text.length })), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((to, index) => text.slice(places[index], to));
      const { events, answer } = await run(pieces);
      expect(answer).toEqual(whole.answer);
      expect(spell(events)).toBe(answer.content);
    }),
  );
});

test('what was said twice is cited where the answerer says', async () => {
  const said = 'The gearbox is broken.';
  const passage = passageOf([
    ['Ann', 1_000, 2_000, said],
    ['Bob', 3_000, 4_000, 'Is it?'],
    ['Cid', 9_000, 9_900, said],
  ]);
  async function* pieces() {
    yield `Cid says: “${said}” [s1:30`;
    yield '-52]';
  }
  const citing = cite(pieces(), [passage]);
  let next = await citing.next();
  while (!next.done) next = await citing.next();
  expect(next.value.citations[0]).toMatchObject({ speaker: 'Cid', startMs: 9_000, quote: said });
  expect(next.value.content).toBe(`Cid says: “${said}” [1]`);
});

test('a stretch that the claim does not quote is not believed', async () => {
  const { answer } = await run(['“opened the sluice too early” [s1:0-9]']);
  expect(answer.citations[0]?.quote).toBe('opened the sluice too early');
});

test('quotation marks in a name do not stand in the way of the quote', async () => {
  const { answer } = await run([
    'Robert “wheel” Hill says: “So the tail water was still high.” [s1]',
  ]);
  expect(answer.citations[0]).toMatchObject({ startMs: 14_500, quoteMatch: 'exact' });
});

test.each([
  ['“opened the sluice too early”', 'exact'],
  ['„opened the sluice too early“', 'exact'],
  ['« opened the sluice too early »', 'exact'],
  ['»opened the sluice too early«', 'exact'],
  ['「opened the sluice too early」', 'exact'],
  ['"opened the sluice too early"', 'exact'],
  ['«Opened the sluice, too early!»', 'normalized'],
  ['„opened the sluice far too late“', 'none'],
  ['“too early. So the tail water”', 'exact'],
  ['“opened the sluice” and “the wheel was blown to pieces”', 'none'],
  ['“opened the sluice” and “tail water was still high”', 'exact'],
])('the quote %s is checked against what was said: %s', async (quote, match) => {
  const { answer } = await run([`She says ${quote} [s1].`]);
  expect(answer.citations[0]?.quoteMatch).toBe(match);
});

test('several ids in one pair of brackets are as many citations of one claim', async () => {
  const { answer } = await run(['It stalled [s1, S2; s9].']);
  expect(answer.content).toBe('It stalled [1][2].');
  expect(answer.citations.map(({ speaker }) => speaker)).toEqual(['Maren', 'Jonah']);
  expect(answer.unknownCitations).toBe(1);
});

test('a citation in front of everything supports nothing, and stands where it stands', async () => {
  const { answer } = await run(['- [s1] It stalled.']);
  expect(answer.content).toBe('- [1] It stalled.');
  expect(answer.citations[0]).toMatchObject({ answerStart: 2, answerEnd: 2 });
});

test.each([
  ['Invented [s99].', 'Invented.'],
  ['Invented [s99] and more.', 'Invented and more.'],
  ['It stalled [s99] [s1].', 'It stalled [1].'],
  ['It stalled [s1] [s99]. So', 'It stalled [1]. So'],
  ['It stalled [1', 'It stalled [1'],
])('an id that nobody gave leaves no gap: %j becomes %j', async (text, content) => {
  async function* letters() {
    yield* text;
  }
  const citing = cite(letters(), [passageOf([['A', 0, 1, 'It stalled.']])]);
  let next = await citing.next();
  while (!next.done) next = await citing.next();
  expect(next.value.content).toBe(content);
});
