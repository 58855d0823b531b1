import { beforeEach, expect, test } from 'vitest';
import { scoreFeedback } from '../../eval/feedback.ts';
import { searchQueries, searchResults, type User } from '../../src/db/schema/index.ts';
import { runSearch } from '../../src/retrieval/run-search.ts';
import type { SearchHit } from '../../src/schemas/search.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query as read } from '../helpers/database.ts';
import { createUser, importText } from '../helpers/factories.ts';

const dependencies = await buildTestApp();
const { db, repositories } = dependencies;
const SETTINGS = {
  mode: 'lexical' as const,
  limit: 10,
  weights: { lexical: 1, semantic: 0 },
  embeddingModel: null,
  playhead: null,
};

let user: User;
beforeEach(async () => {
  await read(db, 'delete from users');
  user = await createUser(repositories);
});

type Judgement = Partial<typeof searchResults.$inferInsert> & { hit: SearchHit };

/** Asks as a user does, and keeps some of the hits as if they had been judged. */
async function judge(query: string, choose: (hits: SearchHit[]) => Judgement[], scope = {}) {
  const { data } = await runSearch(dependencies, user.id, {
    ...{ query, scope, mode: 'lexical', history: false },
  });
  const [kept] = await db
    .insert(searchQueries)
    .values({ userId: user.id, query, scope, settings: SETTINGS, tookMs: 1 })
    .returning({ id: searchQueries.id });
  const rows = choose(data).map(({ hit, ...given }, index) => ({
    queryId: kept?.id ?? '',
    rank: index + 1,
    userId: user.id,
    transcriptId: hit.transcriptId,
    chunkId: hit.chunkId,
    startMs: hit.startMs,
    endMs: hit.endMs,
    score: hit.score,
    scores: hit.scores,
    ...(given.verdict ? { judgedAt: new Date() } : {}),
    ...given,
  }));
  await db.insert(searchResults).values(rows);
}

/** Imports a talk that says "wheel" in each of its chunks, one a minute. */
async function addTalk(owner: User, name: string, minutes: number): Promise<string> {
  const cues = Array.from({ length: minutes }, (_, minute) => {
    const at = (second: number) => `00:0${minute}:${second}.000`;
    return `${at(10)} --> ${at(50)}\n${name}${minute} wheel ${'oak '.repeat(70 + minute)}`;
  });
  const text = `WEBVTT\n\n${cues.join('\n\n')}\n`;
  return (await importText(db, owner.id, text, { language: 'en' })).transcript.id;
}

test('without a judged search there is nothing to score', async () => {
  await addTalk(user, 'talk', 1);
  await judge('wheel', (hits) => hits.map((hit) => ({ hit })));
  expect(await scoreFeedback(dependencies)).toMatchObject({ queries: 0, outOfScope: 0 });
});

test('hits judged right are looked for by their chunk, or by their moment', async () => {
  await addTalk(user, 'talk', 3);
  await judge('wheel', ([first, second, third]) =>
    first && second && third
      ? [
          { hit: second, verdict: 'right' },
          { hit: third, verdict: 'right', chunkId: null },
          { hit: first, verdict: 'wrong' },
        ]
      : [],
  );
  const report = await scoreFeedback(dependencies);
  expect(report).toMatchObject({ queries: 1, recall: 1, mrr: 0.5, wrongStillShown: 1 });
  const gain = (rank: number) => 1 / Math.log2(rank + 1);
  expect(report.ndcg).toBeCloseTo((gain(2) + gain(3)) / (gain(1) + gain(2)), 9);
});

test('what is not found any more counts against the search', async () => {
  const id = await addTalk(user, 'talk', 2);
  await judge('wheel', ([first, second]) =>
    first && second
      ? [
          { hit: first, verdict: 'right' },
          { hit: second, verdict: 'right', chunkId: null, startMs: 7, endMs: 8 },
          { hit: second, verdict: 'wrong', chunkId: null, startMs: null, endMs: null },
        ]
      : [],
  );
  expect(await scoreFeedback(dependencies)).toMatchObject({
    queries: 1,
    recall: 0.5,
    mrr: 1,
    wrongStillShown: 0,
  });
  await repositories.transcripts.delete(user.id, id);
  expect(await scoreFeedback(dependencies)).toMatchObject({ queries: 0 });
});

test('a search is asked again where it was asked, as its owner', async () => {
  const one = await addTalk(user, 'one', 1);
  const two = await addTalk(user, 'two', 2);
  const other = await createUser(repositories);
  await addTalk(other, 'other', 1);
  await judge('wheel', ([hit]) => (hit ? [{ hit, verdict: 'right' }] : []), {
    transcriptIds: [one],
  });
  expect(await scoreFeedback(dependencies)).toMatchObject({ queries: 1, ndcg: 1, recall: 1 });
  const both = { transcriptIds: [one, two] };
  const inFirst = (hits: SearchHit[]) => hits.filter((hit) => hit.transcriptId === one);
  await judge('wheel', (hits) => inFirst(hits).map((hit) => ({ hit, verdict: 'right' })), both);
  expect(await scoreFeedback(dependencies)).toMatchObject({ queries: 2, outOfScope: 0 });
  await repositories.transcripts.delete(user.id, two);
  expect(await scoreFeedback(dependencies)).toMatchObject({ queries: 1, outOfScope: 1, ndcg: 1 });
});
