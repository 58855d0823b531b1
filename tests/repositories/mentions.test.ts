import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { createUser, importText } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { mentions } = repositories;

type Line = { speaker: string; text: string };

/** One second for each line. */
const toVtt = (lines: readonly Line[]) =>
  `WEBVTT\n\n${lines
    .map(
      ({ speaker, text }, index) =>
        `${time(index)} --> ${time(index + 1)}\n<v ${speaker}>${text}\n`,
    )
    .join('\n')}`;
const time = (seconds: number) =>
  `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}.000`;

const add = async (userId: string, lines: readonly Line[], title = 'Talk') =>
  (await importText(db, userId, toVtt(lines), { title, language: 'en' })).transcript.id;

const TALK: Line[] = [
  { speaker: 'Ann', text: 'The wheels stalled.' },
  { speaker: 'Ann', text: 'We checked the hunting' },
  { speaker: 'Ann', text: 'cog of the wheel.' },
  { speaker: 'Bob', text: 'Which wheel? The water wheel, you know?' },
  { speaker: 'Bob', text: 'A hunting' },
  { speaker: 'Ann', text: 'cog!' },
];

const ada = await createUser(repositories);
const eve = await createUser(repositories);
const talk = await add(ada.id, TALK);
await add(eve.id, TALK);
await add(eve.id, [{ speaker: 'Eve', text: 'A wheel of mine, a wheel.' }]);

test('a word is counted with its inflections, by speaker, from its first to its last mention', async () => {
  expect(await mentions.count(ada.id, 'the wheel', {})).toEqual({
    mentions: 4,
    speakers: 2,
    bySpeaker: [
      { speaker: 'Ann', mentions: 2, first: { transcriptId: talk, position: 0 } },
      { speaker: 'Bob', mentions: 2, first: { transcriptId: talk, position: 3 } },
    ],
    first: { transcriptId: talk, position: 0 },
    last: { transcriptId: talk, position: 3 },
    cut: null,
  });
});

test('a phrase may run over segments, as long as one person speaks', async () => {
  const counted = await mentions.count(ada.id, 'hunting cog', {});
  expect(counted).toMatchObject({ mentions: 1, first: { position: 1 }, last: { position: 1 } });
});

test('a phrase of stop words is counted word for word', async () => {
  expect(await mentions.count(ada.id, 'you', {})).toMatchObject({ mentions: 1 });
  expect(await mentions.count(ada.id, 'of the', {})).toMatchObject({ mentions: 1 });
});

test('what nobody said is counted as nothing', async () => {
  const none = { mentions: 0, speakers: 0, bySpeaker: [], first: null, last: null, cut: null };
  for (const phrase of ['gearbox', 'wheel hunting', '…', "'", 'wheel & cog | !']) {
    expect(await mentions.count(ada.id, phrase, {}), phrase).toEqual(none);
  }
});

test('only what is in scope is counted, to the segment', async () => {
  const range = { transcriptId: talk, startMs: 3_000, endMs: 4_000 };
  const counted = await mentions.count(ada.id, 'wheel', { timeRanges: [range] });
  expect(counted).toMatchObject({ mentions: 2, speakers: 1, first: { position: 3 } });
  expect(await mentions.count(ada.id, 'wheel', { speakers: ['Ann'] })).toMatchObject({
    mentions: 2,
  });
  expect(await mentions.count(ada.id, 'wheel', {}, ['Bob'])).toMatchObject({ mentions: 2 });
});

test('what others said is never counted', async () => {
  expect(await mentions.count(eve.id, 'wheel', {})).toMatchObject({ mentions: 6, speakers: 3 });
  expect(await mentions.count(eve.id, 'wheel', { transcriptIds: [talk] })).toMatchObject({
    mentions: 0,
  });
});

const WORDS = ['mill', 'mills', 'wheel', 'wheels', 'pond', 'sluice'];
const stem = (word: string) => word.replace(/s$/, '');

/** The same count in plain JavaScript: a turn's words one after the other, across its segments. */
function recount(lines: readonly Line[], phrase: readonly string[]): Map<string, number> {
  const said = new Map<string, number>();
  for (const [index, { speaker, text }] of lines.entries()) {
    const turn = lines.slice(index, index + 3);
    const until = turn.findIndex((line) => line.speaker !== speaker);
    const words = turn
      .slice(0, until < 0 ? 3 : until)
      .flatMap((line) => line.text.split(' ').map(stem));
    const starts = text
      .split(' ')
      .filter((_, at) => phrase.every((word, n) => words[at + n] === word));
    if (starts.length > 0) said.set(speaker, (said.get(speaker) ?? 0) + starts.length);
  }
  return said;
}

test('the count is that of a recount, whatever is said and asked', async () => {
  const word = fc.constantFrom(...WORDS);
  const line = fc.record({
    speaker: fc.constantFrom('Ann', 'Bob'),
    text: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
  });
  const lines = fc.array(line, { minLength: 1, maxLength: 120 });
  const phrases = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), {
    minLength: 8,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(lines, phrases, async (spoken, asked) => {
      const { id } = await createUser(repositories);
      await add(id, spoken);
      for (const phrase of asked) {
        const expected = recount(spoken, phrase.map(stem));
        const counted = await mentions.count(id, phrase.join(' '), {});
        const bySpeaker = new Map(counted.bySpeaker.map((row) => [row.speaker, row.mentions]));
        expect(bySpeaker).toEqual(expected);
        expect(counted.mentions).toBe([...expected.values()].reduce((sum, n) => sum + n, 0));
      }
    }),
    { numRuns: 25 },
  );
});

test('who spoke how long is measured within the scope', async () => {
  expect(await repositories.speech.measure(ada.id, {})).toEqual({
    speakers: [
      {
        speaker: 'Ann',
        spokenMs: 4_000,
        words: 12,
        segments: 4,
        first: { transcriptId: talk, position: 0 },
      },
      {
        speaker: 'Bob',
        spokenMs: 2_000,
        words: 9,
        segments: 2,
        first: { transcriptId: talk, position: 3 },
      },
    ],
    spokenMs: 6_000,
    words: 21,
    cut: null,
  });
  expect(await repositories.speech.measure(eve.id, { transcriptIds: [talk] })).toEqual({
    speakers: [],
    spokenMs: null,
    words: 0,
    cut: null,
  });
});
