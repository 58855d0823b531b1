import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWhole } from '../../src/chat/read-whole.ts';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { Message } from '../../src/schemas/messages.ts';
import type { SearchResponse } from '../../src/schemas/search.ts';
import type { Word } from '../../src/schemas/segments.ts';
import { buildTestApp } from '../helpers/app.ts';

const { client, ...dependencies } = await buildTestApp({ CHUNK_WORDS: '20' });
const ada = await client.register();
const bob = await client.register();

type Spoken = {
  startMs: number;
  endMs: number;
  speaker: string | null;
  text: string;
  words?: Word[];
};

const VOCABULARY = ['oak', 'elm', 'ash', 'fir', 'yew', 'box', 'bay'];

/** When somebody speaks after the one before, in ms, and how. */
const said = fc.record({
  after: fc.integer({ min: 1_000, max: 6_000 }),
  lasts: fc.integer({ min: 0, max: 8_000 }),
  speaker: fc.constantFrom('Ada', 'Ben', null),
  said: fc.array(fc.constantFrom(...VOCABULARY), { minLength: 1, maxLength: 12 }),
  timed: fc.boolean(),
  stops: fc.boolean(),
});

/**
 * How much of a recording has been heard, in percent. Mostly in its middle: of those at its ends, where
 * there is nothing to tell, there must not be too many by chance.
 */
const heardPercent = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 25, max: 85 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 105 }) },
);

/** Segments, each word one to look for, joined with one that no other has. @param apart none overlaps */
const spokenIn = ({ apart }: { apart: boolean }) =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.array(said, { minLength: 4, maxLength: 25 }) },
      { weight: 1, arbitrary: fc.array(said, { minLength: 1, maxLength: 25 }) },
    )
    .map((list) => {
      let startMs = 0;
      return list.map(({ after, lasts, speaker, said, timed, stops }, segment): Spoken => {
        startMs += after;
        const from = startMs;
        if (apart) startMs += lasts;
        const words = said.map((word, index): Word => {
          const at = (part: number) => from + Math.floor((lasts * part) / said.length);
          const last = index === said.length - 1;
          const text = `${word} w${segment}x${index}${stops && last ? '.' : ''}`;
          return { text, startMs: at(index), endMs: at(index + 1), confidence: null };
        });
        const text = words.map((word) => word.text).join(' ');
        const span = { startMs: from, endMs: from + lasts, speaker, text };
        return timed ? { ...span, words } : span;
      });
    });

const transcript = spokenIn({ apart: false });

const question = fc.oneof(
  fc.constant('What did he just say?'),
  fc
    .uniqueArray(fc.constantFrom(...VOCABULARY, 'oka', 'w3x1'), { minLength: 1, maxLength: 3 })
    .map((words) => words.join(' ')),
);

/** What had been said of a segment, as somebody would write it down who stopped listening. */
function heardOf(segment: Spoken, atMs: number): Spoken[] {
  if (segment.endMs <= atMs) return [segment];
  const words = (segment.words ?? []).filter((word) => word.endMs <= atMs);
  const last = words.at(-1);
  if (!last) return [];
  const text = words.map((word) => word.text).join(' ');
  return [{ ...segment, endMs: last.endMs, text, words }];
}

const marksIn = (text: string) => new Set(text.match(/w\d+x\d+/g) ?? []);

/** Fails where an answer holds a word, or a time, of what is said later. */
function expectNothingLater(answer: string, heard: Set<string>, atMs: number) {
  // The caller's own question may name what is said later; no answer of Parley's may.
  for (const mark of marksIn(answer)) expect([mark, heard.has(mark)]).toEqual([mark, true]);
  for (const [, time] of answer.matchAll(/"(?:startMs|endMs)":(\d+)/g)) {
    expect(Number(time)).toBeLessThanOrEqual(atMs);
  }
}

async function importAs(actor: typeof ada, segments: Spoken[]): Promise<string> {
  const { body, text } = await actor.request<{ transcript?: { id: string } }>(
    'POST',
    '/v1/transcripts',
    { segments, language: 'en' },
  );
  return body.transcript?.id ?? expect.fail(text);
}

const RUNS = Number(process.env.FUZZ_RUNS ?? 30);

test('nothing that is said after the playhead is retrieved, cited or counted', async () => {
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(
      // By chance alone: at its ends there is nothing to tell.
      fc.noBias(transcript),
      question,
      fc.noBias(heardPercent),
      fc.constantFrom(undefined, {}, { speakers: ['Ada'] }),
      fc.constantFrom('hybrid', 'lexical', 'semantic'),
      async (segments, content, percent, scope, mode) => {
        fc.pre(!scope?.speakers || segments.some(({ speaker }) => speaker === 'Ada'));
        const atMs = Math.floor((percent * Math.max(...segments.map(({ endMs }) => endMs))) / 100);
        const transcriptId = await importAs(ada, segments);
        const playhead = { transcriptId, atMs, mode: 'upToHere' };
        const known = segments.flatMap((segment) => heardOf(segment, atMs));
        const heard = marksIn(known.map(({ text }) => text).join(' '));

        if (heard.size > 0 && known.length < segments.length) telling += 1;

        const find = async (limit: number) =>
          ada.request<SearchResponse>('POST', '/v1/search', {
            ...{ query: content, scope, playhead, mode, limit, context: 2 },
          });
        const few = await find(2);
        const all = await find(100);
        for (const { status, text } of [few, all]) {
          expect(status, text).toBe(200);
          expectNothingLater(text, heard, atMs);
        }
        expect(few.body.data).toHaveLength(Math.min(2, all.body.data.length));
        expect(all.body.coverage.transcriptsInScope).toBe(all.body.data.length > 0 ? 1 : 0);

        const { body } = await ada.request<Conversation>('POST', '/v1/conversations', {});
        const url = `/v1/conversations/${body.id}/messages`;
        const asked = { content, scope, playhead };
        const told = await ada.request('POST', url, asked, { accept: 'text/event-stream' });
        expect(told.text).toContain('event: message.completed');
        expectNothingLater(told.text, heard, atMs);
        const { text: answer } = await ada.request('POST', url, asked);
        expectNothingLater(answer, heard, atMs);

        // Whoever has the recording until there, and no more, finds the same.
        const texts = all.body.data.map((hit) => hit.text).join(' ');
        if (!scope?.speakers) {
          expect(marksIn(texts)).toEqual(heard);
          if (known.length > 0) {
            const cutId = await importAs(bob, known);
            const { body: cut } = await bob.request<SearchResponse>('POST', '/v1/search', {
              ...{ query: content, limit: 100, mode },
            });
            expect(marksIn(cut.data.map((hit) => hit.text).join(' '))).toEqual(heard);
            await bob.request('DELETE', `/v1/transcripts/${cutId}`);
          }
        }
        await ada.request('DELETE', `/v1/transcripts/${transcriptId}`);
      },
    ),
    // To shrink a counterexample takes longer than anybody waits.
    { numRuns: RUNS, endOnFailure: true },
  );
  // Often enough there was something to find, and something to keep quiet about.
  expect(telling / RUNS).toBeGreaterThan(0.4);
}, 300_000);

/** What is answered, without what is of one transcript or its chunks alone. */
const toldBy = ({ content, citations, coverage }: Message) => ({
  content,
  citations: citations.map(({ quote, startMs, endMs, speaker, segments }) => ({
    ...{ quote, startMs, endMs, speaker, segments },
  })),
  coverage: { ...coverage, chunksRead: undefined },
});

const summary = 'Summarise this';
const whole = fc.constantFrom(
  summary,
  'Who spoke the most?',
  'How often was “oak” said?',
  'When was “oak” last mentioned?',
  'Who said “oak” most often?',
);

test('a whole, and what is counted, are those of a recording that ends at the playhead', async () => {
  let telling = 0;
  const ask = async (actor: typeof ada, asked: object) => {
    const { body } = await actor.request<Conversation>('POST', '/v1/conversations', {});
    const url = `/v1/conversations/${body.id}/messages`;
    const { body: message, text } = await actor.request<Message>('POST', url, asked);
    expect(message.status, text).toBe('complete');
    return toldBy(message);
  };
  await fc.assert(
    fc.asyncProperty(
      // What overlaps with the end would part what has ended, and so what is quoted.
      fc.noBias(spokenIn({ apart: true })),
      whole,
      fc.noBias(heardPercent),
      async (segments, content, percent) => {
        const atMs = Math.floor((percent * Math.max(...segments.map(({ endMs }) => endMs))) / 100);
        const heard = segments.flatMap((segment) => heardOf(segment, atMs));
        // What is counted is whole segments.
        const ended = segments.filter(({ endMs }) => endMs <= atMs);
        const known = content === summary ? heard : ended;
        fc.pre(known.length > 0);
        if (known.length < segments.length) telling += 1;
        const transcriptId = await importAs(ada, segments);
        const cutId = await importAs(bob, known);
        const playhead = { transcriptId, atMs, mode: 'upToHere' as const };
        const told = await ask(ada, { content, playhead });
        const cut = await ask(bob, { content });
        if (content === summary) {
          // Where sentences end also depends on where chunks do; what is read does not.
          const asked = { userId: ada.user.id, scope: {}, playhead };
          const { passages } = await readWhole(dependencies, asked);
          const read = passages.flatMap((passage) => passage.segments.map(({ text }) => text));
          expect(read).toEqual(heard.map(({ text }) => text));
        } else if (ended.length === heard.length) {
          // A segment that is only heard in part is quoted with what is counted before it.
          expect(told).toEqual(cut);
        }
        expect(told.content.split('\n', 1)).toEqual(cut.content.split('\n', 1));
        expect(told.coverage).toEqual(cut.coverage);
        if (content.includes('oak')) {
          const count = known
            .map(({ text }) => text.split('oak').length - 1)
            .reduce((a, b) => a + b);
          const often = count === 1 ? 'once' : `${count} times`;
          expect(told.content).toContain(count === 0 ? 'was not said' : `was said ${often} in`);
        }
        await ada.request('DELETE', `/v1/transcripts/${transcriptId}`);
        await bob.request('DELETE', `/v1/transcripts/${cutId}`);
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(telling / RUNS).toBeGreaterThan(0.4);
}, 300_000);
