import { prepareSearch, search } from '../src/retrieval/search.ts';
import { readSnapshot } from '../src/repositories/snapshot.ts';
import type { Repositories } from '../src/repositories/index.ts';
import type { Scope } from '../src/schemas/scope.ts';
import type { SearchBody, SearchResponse } from '../src/schemas/search.ts';
import type { Static } from 'typebox';
import type { ImportedSet } from './import-set.ts';
import type { Workspace } from './workspace.ts';

/** As many hits as the metrics look at. */
export const DEPTH = 10;

export type Answer = { chunkIds: string[]; tookMs: number };
/** Answers one question within a scope. */
export type Ask = (query: string, scope: Scope) => Promise<Answer>;

/** Asks as a caller does: `POST /v1/search`, with nothing but the question and its scope. */
export function askOverHttp({ app }: Workspace, { token }: ImportedSet): Ask {
  return async (query, scope) => {
    const payload: SearchBody = { query, scope, limit: DEPTH };
    const startedAt = performance.now();
    const response = await app.inject({
      method: 'POST',
      url: '/v1/search',
      headers: { authorization: `Bearer ${token}` },
      payload,
    });
    const tookMs = performance.now() - startedAt;
    if (response.statusCode !== 200) throw new Error(response.body);
    const { data } = response.json<Static<typeof SearchResponse>>();
    // A hit that no leg found fills up the list.
    const found = data.filter((hit) => hit.scores.lexical ?? hit.scores.semantic);
    return { chunkIds: found.map((hit) => hit.chunkId), tookMs };
  };
}

/** What is left out of a search, or done differently, to see what it is good for. */
export type Variant = {
  mode?: SearchBody['mode'];
  weights?: SearchBody['weights'];
  /** Changes the repositories that search works with. */
  alter?: (repositories: Repositories) => Repositories;
};

/** Asks by the same functions, some of them altered. */
export function askAltered(
  { dependencies }: Workspace,
  { userId }: ImportedSet,
  { alter = (repositories) => repositories, ...how }: Variant,
): Ask {
  return async (query, scope) => {
    const startedAt = performance.now();
    const prepared = await prepareSearch(dependencies, { query, scope, limit: DEPTH, ...how });
    const { hits } = await readSnapshot(dependencies.db, (repositories) =>
      search(alter(repositories), userId, prepared),
    );
    const found = hits.filter((hit) => hit.scores.lexical ?? hit.scores.semantic);
    return { chunkIds: found.map((hit) => hit.chunkId), tookMs: performance.now() - startedAt };
  };
}
