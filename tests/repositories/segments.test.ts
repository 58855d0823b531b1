import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { Segment } from '../../src/schemas/segments.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createReceipt, createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { segments } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

function segment(text: string, overrides: Partial<Segment> = {}): Segment {
  const times = { startMs: null, endMs: null };
  return { ...times, speaker: null, text, words: null, confidence: null, ...overrides };
}

/** A transcript whose current revision has these segments. */
async function transcriptOf(values: Segment[], number = 1) {
  const { id } = await createTranscript(repositories, user.id);
  const revision = await repositories.transcriptRevisions.create(user.id, {
    transcriptId: id,
    number,
    format: 'srt',
    language: null,
    contentHash: id,
    receipt: createReceipt({ segments: 1, words: 1 }),
  });
  await segments.createMany(user.id, revision.id, values);
  await repositories.transcripts.update(user.id, id, { currentRevisionId: revision.id });
  return id;
}

test('segments are read in order, as they were written', async () => {
  const values = [
    segment('Plain'),
    segment('Wörter, "quotes" and \\ backslashes\n🎉', { startMs: 0, endMs: 0, speaker: 'Ann' }),
    segment('Timed', {
      startMs: 1_000,
      endMs: 2_000,
      confidence: 0.5,
      words: [{ text: 'Timed', startMs: 1_000, endMs: 2_000, confidence: null }],
    }),
  ];
  const id = await transcriptOf(values);
  const { data, nextCursor } = await segments.listByTranscript(user.id, id, { limit: 10 });
  expect(data).toMatchObject(values.map((value, position) => ({ ...value, position })));
  expect(nextCursor).toBeNull();
});

test('more segments than fit in one statement keep their order', async () => {
  const texts = Array.from({ length: 5_003 }, (_, index) => `Segment ${index}`);
  const id = await transcriptOf(texts.map((text) => segment(text)));
  const { data } = await segments.listByTranscript(user.id, id, { limit: 6_000 });
  expect(data.map((row) => row.text)).toEqual(texts);
});

test('a list shows the current revision alone', async () => {
  const id = await transcriptOf([segment('Old')]);
  const revision = await repositories.transcriptRevisions.create(user.id, {
    transcriptId: id,
    number: 2,
    format: 'srt',
    language: null,
    contentHash: 'new',
    receipt: createReceipt({ segments: 1, words: 1 }),
  });
  await segments.createMany(user.id, revision.id, [segment('New')]);
  const texts = async () =>
    (await segments.listByTranscript(user.id, id, { limit: 9 })).data.map((row) => row.text);
  expect(await texts()).toEqual(['Old']);
  await repositories.transcripts.update(user.id, id, { currentRevisionId: revision.id });
  expect(await texts()).toEqual(['New']);
});

describe('ranges', () => {
  test('include both ends, and come by transcript and position', async () => {
    const letters = ['a', 'b', 'c', 'd'].map((text) => segment(text));
    const one = await transcriptOf(letters);
    const two = await transcriptOf(letters);
    const rows = await segments.listRanges(user.id, [
      { transcriptId: one, firstSegment: 3, lastSegment: 9 },
      { transcriptId: two, firstSegment: 1, lastSegment: 2 },
      { transcriptId: one, firstSegment: 0, lastSegment: 0 },
    ]);
    const found = (id: string) =>
      rows.filter((row) => row.transcriptId === id).map((row) => row.text);
    expect(found(one)).toEqual(['a', 'd']);
    expect(found(two)).toEqual(['b', 'c']);
    const order = rows.map((row) => row.transcriptId);
    expect(order).toEqual(order.toSorted());
  });

  test('that are none, or of a transcript without segments, return nothing', async () => {
    expect(await segments.listRanges(user.id, [])).toEqual([]);
    const { id } = await createTranscript(repositories, user.id);
    const range = { transcriptId: id, firstSegment: 0, lastSegment: 9 };
    expect(await segments.listRanges(user.id, [range])).toEqual([]);
  });
});

describe('the segments of a revision', () => {
  /** From 0 to 3, 1 to 2, 2 to 2, 2 to 4 and 5 to 6. */
  const spans = [
    [0, 3],
    [1, 2],
    [2, 2],
    [2, 4],
    [5, 6],
  ].map(([startMs = 0, endMs = 0]) => segment(`${startMs} to ${endMs}`, { startMs, endMs }));
  const revisionOf = async (id: string) =>
    (await repositories.transcripts.getById(user.id, id))?.currentRevisionId ?? '';

  test('come in order, page by page, also when it is not the current one', async () => {
    const id = await transcriptOf(spans);
    const revision = await revisionOf(id);
    const request = { fromMs: 1, toMs: 6 };
    const texts: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await segments.listByRevision(user.id, revision, {
        limit: 2,
        cursor,
        ...request,
      });
      texts.push(...page.data.map(({ text }) => text));
      cursor = page.nextCursor;
    }
    expect(texts).toEqual(spans.map(({ text }) => text));
    const all = await segments.listByRevision(user.id, revision, { limit: 9 });
    expect(all.nextCursor).toBeNull();
    expect(all.data).toEqual(
      spans.map((span, position) => ({ ...span, position, recognition: null })),
    );
  });

  test.each([
    [{ fromMs: 2 }, ['0 to 3', '2 to 2', '2 to 4', '5 to 6']],
    [{ toMs: 2 }, ['0 to 3', '1 to 2']],
    [{ fromMs: 3, toMs: 5 }, ['2 to 4']],
    [{ fromMs: 4, toMs: 5 }, []],
    [{ fromMs: 6 }, []],
    [{ fromMs: 2, toMs: 3 }, ['0 to 3', '2 to 2', '2 to 4']],
  ])('within %j are those of which something is said in it', async (span, expected) => {
    const revision = await revisionOf(await transcriptOf(spans));
    const { data } = await segments.listByRevision(user.id, revision, { limit: 9, ...span });
    expect(data.map(({ text }) => text)).toEqual(expected);
  });

  test('without times are in no span', async () => {
    const revision = await revisionOf(await transcriptOf([segment('Whenever')]));
    const list = (span: object) =>
      segments.listByRevision(user.id, revision, { limit: 9, ...span });
    expect((await list({})).data).toHaveLength(1);
    expect((await list({ fromMs: 0 })).data).toEqual([]);
    expect((await list({ toMs: 9 })).data).toEqual([]);
  });
});
