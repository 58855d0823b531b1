import { and, eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { segments, transcripts, type User } from '../../src/db/schema/index.ts';
import { createHashEmbeddings } from '../../src/providers/hash-embeddings.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { segmentInScope } from '../../src/repositories/scope-condition.ts';
import type { ResolvedScope } from '../../src/schemas/scope.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser, importDependencies, importText } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { library, lexicalSearch, semanticSearch, mediaSources } = repositories;
await importDependencies(db);
const embeddingModel = await activeModel();
const [vector = new Float32Array()] = await createHashEmbeddings().embed(['mill'], 'query');

async function activeModel() {
  const model = await repositories.embeddingModels.getActive();
  if (!model) throw new Error('no embedding model is active');
  return model;
}

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

/** Cues of `seconds` each, one behind the other, as `[speaker, text]`. */
const spoken = (cues: [string, string][], seconds = 10) =>
  `WEBVTT\n\n${cues
    .map(([speaker, text], index) => {
      const at = (second: number) => new Date(second * 1_000).toISOString().slice(11, 23);
      const span = `${at(index * seconds)} --> ${at((index + 1) * seconds)}`;
      return `${span}\n<v ${speaker}>${text}\n`;
    })
    .join('\n')}`;

/** As many words as make a chunk of their own, each of them a mill. */
const mills = (word: string) => `mill ${`${word} `.repeat(90)}`.trim();

const add = async (cues: [string, string][], details = {}, owner = user.id) =>
  (await importText(db, owner, spoken(cues), { language: 'en', ...details })).transcript.id;

/** What a scope holds, told by every way that search looks at it; all of them agree. */
async function chunksIn(scope: ResolvedScope): Promise<string[]> {
  const ids = [
    await library.listRecentChunkIds(user.id, scope, [], 100),
    (await lexicalSearch.rank(user.id, { terms: ['mill'] }, scope, 100)).map((hit) => hit.chunkId),
    (await semanticSearch.nearestExact(user.id, embeddingModel, vector, scope, 100)).map(
      (hit) => hit.chunkId,
    ),
    (await semanticSearch.nearest(user.id, embeddingModel, vector, scope, 100)).map(
      (hit) => hit.chunkId,
    ),
  ];
  const [first = [], ...others] = ids.map((found) => found.toSorted());
  for (const other of others) expect(other).toEqual(first);
  const passages = await library.getPassages(user.id, first);
  const held = new Set(passages.map((passage) => passage.transcriptId));
  expect(await library.measure(user.id, scope)).toEqual({
    transcripts: held.size,
    chunks: first.length,
  });
  return passages
    .map((passage) => passage.text.replace(/^.*: /, '').split(' ')[1] ?? '')
    .toSorted();
}

/** The second word of every segment that a scope holds. */
async function segmentsIn(scope: ResolvedScope): Promise<string[]> {
  const rows = await db
    .select({ word: sql<string>`split_part(${segments.text}, ' ', 2)` })
    .from(segments)
    .innerJoin(transcripts, eq(transcripts.currentRevisionId, segments.revisionId))
    .where(and(eq(transcripts.userId, user.id), segmentInScope(scope)));
  return rows.map((row) => row.word).toSorted();
}

async function expectHeld(scope: ResolvedScope, words: string[]) {
  expect(await chunksIn(scope)).toEqual(words);
  expect(await segmentsIn(scope)).toEqual(words);
}

describe('a scope of speakers', () => {
  test('holds the chunks in which one of them speaks, by the exact label', async () => {
    await add([
      ['Ada', mills('gear')],
      ['Grace', mills('race')],
    ]);
    await add([
      ['Ada', mills('wheel')],
      ['ada', mills('pond')],
    ]);
    await add([['Ada', mills('theirs')]], {}, (await createUser(repositories)).id);
    await expectHeld({ speakers: ['Ada'] }, ['gear', 'wheel']);
    await expectHeld({ speakers: ['ada', 'Grace'] }, ['pond', 'race']);
    await expectHeld({ speakers: ['ADA'] }, []);
  });

  test('and of time ranges holds what they say within one', async () => {
    const id = await add([
      ['Ada', mills('gear')],
      ['Grace', mills('race')],
      ['Ada', mills('wheel')],
    ]);
    const range = (startMs: number, endMs: number) => ({ transcriptId: id, startMs, endMs });
    const speakers = ['Ada'];
    await expectHeld({ speakers, timeRanges: [range(0, 20_000)] }, ['gear']);
    await expectHeld({ speakers, timeRanges: [range(10_000, 20_000)] }, []);
    await expectHeld({ speakers, timeRanges: [range(0, 1), range(20_000, 20_000)] }, [
      'gear',
      'wheel',
    ]);
  });

  test('is that of the current revision', async () => {
    const id = await add([['Ada', mills('gear')]]);
    await query(db, `update segments set speaker_label = 'Maud'`);
    await repositories.transcriptSpeakers.refresh(user.id, id);
    await expectHeld({ speakers: ['Ada'] }, []);
    await expectHeld({ speakers: ['Maud'] }, ['gear']);
  });
});

test('a scope of dates holds what was published from one until the other', async () => {
  const dated = async (word: string, publishedAt: Date | null, owner = user.id) => {
    const id = await add([['Ada', mills(word)]], {}, owner);
    const values = { kind: 'podcast', externalId: word, publishedAt } as const;
    const source = await mediaSources.save(owner, values);
    await repositories.transcripts.update(owner, id, { mediaSourceId: source.id });
  };
  await dated('spring', new Date('2024-03-01T00:00:00Z'));
  await dated('summer', new Date('2024-07-01T00:00:00Z'));
  await dated('undated', null);
  await add([['Ada', mills('sourceless')]]);
  await dated('theirs', new Date('2024-07-01T00:00:00Z'), (await createUser(repositories)).id);
  const july = '2024-07-01T02:00:00+02:00';
  await expectHeld({ publishedAfter: july }, ['summer']);
  await expectHeld({ publishedBefore: july }, ['spring']);
  await expectHeld({ publishedAfter: '2024-01-01T00:00:00Z', publishedBefore: july }, ['spring']);
  await expectHeld({ publishedAfter: '2025-01-01T00:00:00Z' }, []);
});

test('a scope of metadata holds what a filter takes, together with all the others', async () => {
  const barn = await add([['Ada', mills('barn')]], { metadata: { room: 'barn', seats: 40 } });
  const hall = await add([['Ada', mills('hall')]], { metadata: { room: 'hall', seats: 90 } });
  await add([['Ada', mills('bare')]]);
  const large = { key: 'seats', op: 'gte', value: 40 } as const;
  await expectHeld({ metadata: large }, ['barn', 'hall']);
  await expectHeld({ metadata: { or: [{ key: 'room', op: 'eq', value: 'hall' }] } }, ['hall']);
  await expectHeld({ metadata: { key: 'room', op: 'ne', value: 'hall' } }, ['bare', 'barn']);
  await expectHeld({ metadata: large, transcriptIds: [barn] }, ['barn']);
  await expectHeld({ metadata: large, speakers: ['Grace'] }, []);
  await expectHeld(
    { metadata: large, timeRanges: [{ transcriptId: hall, startMs: 0, endMs: 1 }] },
    ['hall'],
  );
});

describe('a scope that ends at a moment', () => {
  test('holds what has ended by then in that transcript, and all of the others', async () => {
    const id = await add([
      ['Ada', mills('gear')],
      ['Grace', mills('race')],
      ['Ada', mills('wheel')],
    ]);
    await add([['Ada', mills('pond')]]);
    const until = (atMs: number) => ({ until: { transcriptId: id, atMs } });
    await expectHeld(until(0), ['pond']);
    await expectHeld(until(19_999), ['gear', 'pond']);
    await expectHeld(until(20_000), ['gear', 'pond', 'race']);
    await expectHeld({ ...until(20_000), speakers: ['Ada'] }, ['gear', 'pond']);
    await expectHeld({ ...until(29_999), transcriptIds: [id] }, ['gear', 'race']);
    await expectHeld({ ...until(2_147_483_647), transcriptIds: [id] }, ['gear', 'race', 'wheel']);
  });

  test('holds no part of a long segment whose end only words without times would tell', async () => {
    // A chunk's part of it has times that are guessed by its words.
    const words = Array.from({ length: 400 }, (_, index) => `mill${index}`).join(' ');
    const id = await add([['Ada', `mill ${words}`]]);
    const until = (atMs: number) => ({ until: { transcriptId: id, atMs } });
    expect(await library.measure(user.id, until(9_999))).toEqual({ transcripts: 0, chunks: 0 });
    expect((await library.measure(user.id, until(10_000))).chunks).toBeGreaterThan(3);
  });
});
