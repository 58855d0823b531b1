import { describe, expect, test } from 'vitest';
import type { SearchBody, SearchResponse } from '../../src/schemas/search.ts';
import type { KeptHit, KeptSearchWithHits } from '../../src/schemas/search-history.ts';
import { buildTestApp } from '../helpers/app.ts';
import type { Actor } from '../helpers/client.ts';
import { importSample, importText } from '../helpers/factories.ts';

const { client, db, repositories } = await buildTestApp();
const ada = await client.register();
const { transcript } = await importSample(db, ada.user.id);

const search = async (body: SearchBody, actor: Actor = ada) =>
  (await actor.request<SearchResponse>('POST', '/v1/search', body)).body;
const get = (id: string | null, actor = ada) =>
  actor.request<KeptSearchWithHits>('GET', `/v1/search/${id}`);
const judge = (id: string | null, body: object, actor = ada) =>
  actor.request<KeptHit>('POST', `/v1/search/${id}/feedback`, body);

describe('a search', () => {
  test('is kept with its question, its scope, its settings and its hits', async () => {
    const scope = { transcriptIds: [transcript.id] };
    const weights = { lexical: 1, semantic: 0 };
    const found = await search({ query: 'hunting cog', scope, limit: 3, weights });
    const { status, body } = await get(found.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: found.id,
      query: 'hunting cog',
      scope,
      settings: {
        mode: 'hybrid',
        limit: 3,
        weights,
        embeddingModel: expect.any(String),
        playhead: null,
      },
      tookMs: expect.closeTo(found.tookMs, 3),
    });
    expect(body.hits).toEqual(
      found.data.map(({ chunkId, transcriptId, startMs, endMs, score, scores }, index) => ({
        rank: index + 1,
        chunkId,
        transcriptId,
        startMs,
        endMs,
        score: expect.closeTo(score, 5),
        scores,
        verdict: null,
        judgedAt: null,
      })),
    );
  });

  test('is listed, the newest first', async () => {
    const ids = [];
    for (const query of ['wheel', 'tide', 'mill']) ids.unshift((await search({ query })).id);
    const first = await ada.request<{ data: { id: string }[]; nextCursor: string }>(
      'GET',
      '/v1/search?limit=2',
    );
    const second = await ada.request<{ data: { id: string }[] }>(
      'GET',
      `/v1/search?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(ids);
  });

  test('is not kept when the request, the user or the server does not want it', async () => {
    expect((await search({ query: 'wheel', history: false })).id).toBeNull();

    const ben = await client.register();
    const off = await ben.request('PATCH', '/v1/auth/me', { searchHistory: false });
    expect(off.body).toMatchObject({ id: ben.user.id, searchHistory: false });
    expect((await search({ query: 'wheel' }, ben)).id).toBeNull();
    expect((await ben.request('GET', '/v1/search')).body).toEqual({ data: [], nextCursor: null });

    const silent = await buildTestApp({ SEARCH_HISTORY_DAYS: '0' });
    const cleo = await silent.client.register();
    expect((await search({ query: 'wheel' }, cleo)).id).toBeNull();
  });

  test('is kept whatever the weights are', async () => {
    for (const weights of [
      { semantic: 1e-320, lexical: 0 },
      { semantic: 0, lexical: 1e-46 },
      { semantic: 0, lexical: 0 },
    ]) {
      const { id } = await search({ query: 'wheel', weights });
      expect((await get(id)).body.settings.weights).toEqual(weights);
    }
  });

  test('can be deleted, alone or with all others', async () => {
    const [one, two] = [await search({ query: 'one' }), await search({ query: 'two' })];
    expect((await ada.request('DELETE', `/v1/search/${one.id}`)).status).toBe(204);
    expect((await get(one.id)).status).toBe(404);
    expect((await ada.request('DELETE', `/v1/search/${one.id}`)).status).toBe(404);
    expect((await get(two.id)).status).toBe(200);
    expect((await ada.request('DELETE', '/v1/search')).status).toBe(204);
    expect((await get(two.id)).status).toBe(404);
  });

  test('forgets what it found of a transcript that is deleted, and is forgotten in time', async () => {
    const doomed = (await importText(db, ada.user.id, 'Ida: The wheel is doomed.')).transcript;
    const scope = { transcriptIds: [doomed.id] };
    const found = await search({ query: 'wheel', scope });
    expect((await get(found.id)).body.hits.length).toBeGreaterThan(0);
    await ada.request('DELETE', `/v1/transcripts/${doomed.id}`);
    expect((await get(found.id)).body.hits).toEqual([]);
    await repositories.searchHistory.deleteOlder(new Date(Date.now() - 60_000));
    expect((await get(found.id)).status).toBe(200);
    await repositories.searchHistory.deleteOlder(new Date(Date.now() + 60_000));
    expect((await get(found.id)).status).toBe(404);
  });
});

describe('a hit', () => {
  test('is marked by its rank or its chunk, and the mark can be taken back', async () => {
    const { id, data } = await search({ query: 'Why did the wheel stall?' });
    const first = await judge(id, { rank: 1, verdict: 'right' });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ rank: 1, verdict: 'right', judgedAt: expect.any(String) });
    const second = await judge(id, { chunkId: data[1]?.chunkId, verdict: 'wrong' });
    expect(second.body).toMatchObject({ rank: 2, verdict: 'wrong' });
    const verdicts = async () => (await get(id)).body.hits.slice(0, 3).map((hit) => hit.verdict);
    expect(await verdicts()).toEqual(['right', 'wrong', null]);
    const back = await judge(id, { rank: 1, verdict: null });
    expect(back.body).toMatchObject({ verdict: null, judgedAt: null });
    expect(await verdicts()).toEqual([null, 'wrong', null]);
  });

  test.each([
    [{ rank: 99, verdict: 'right' }, 404],
    [{ chunkId: '00000000-0000-4000-8000-000000000000', verdict: 'right' }, 404],
    [{ verdict: 'right' }, 400],
    [{ rank: 1 }, 400],
    [{ rank: 0, verdict: 'right' }, 400],
    [{ rank: 1, verdict: 'perhaps' }, 400],
    [{ rank: 1, chunkId: '00000000-0000-4000-8000-000000000000', verdict: 'right' }, 404],
  ])('is not marked by %j', async (body, status) => {
    const { id } = await search({ query: 'wheel' });
    expect((await judge(id, body)).status).toBe(status);
    expect((await get(id)).body.hits.every(({ verdict }) => verdict === null)).toBe(true);
  });

  test('keeps its moment and its mark when a revision has other chunks', async () => {
    const { id } = await search({ query: 'wheel', scope: { transcriptIds: [transcript.id] } });
    await judge(id, { rank: 1, verdict: 'right' });
    const [before] = (await get(id)).body.hits;
    const revision = { segments: [{ startMs: 0, endMs: 9_000, speaker: null, text: 'All new.' }] };
    const added = await ada.request('POST', `/v1/transcripts/${transcript.id}/revisions`, revision);
    expect(added.status).toBe(201);
    expect((await get(id)).body.hits[0]).toEqual({ ...before, chunkId: null });
  });
});
