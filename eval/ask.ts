import type { Static } from 'typebox';
import type { Database } from '../src/db/client.ts';
import { createRepositories, type Repositories } from '../src/repositories/index.ts';
import { search } from '../src/retrieval/search.ts';
import { prepareSearch } from '../src/retrieval/search-on-snapshot.ts';
import type { Scope } from '../src/schemas/scope.ts';
import type { SearchBody, SearchHit, SearchResponse } from '../src/schemas/search.ts';
import type { ImportedSet } from './import-set.ts';
import type { Workspace } from './workspace.ts';

export type Answer = { chunkIds: string[]; tookMs: number };
/** Answers one question within a scope. */
export type Ask = (query: string, scope: Scope, limit: number) => Promise<Answer>;

/** Asks as a caller does: `POST /v1/search`, with nothing but the question and its scope. */
export function askOverHttp({ app }: Workspace, { token }: Pick<ImportedSet, 'token'>): Ask {
  return async (query, scope, limit) => {
    const payload: SearchBody = { query, scope, limit };
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
    return { chunkIds: foundBy(data), tookMs };
  };
}

/** What is left out of a search, or done differently, to see what it is good for. */
export type Variant = {
  mode?: 'lexical' | 'semantic' | 'hybrid';
  weights?: { lexical: number; semantic: number };
  /** The repositories that search works with, some of them altered. */
  open?: (db: Database) => Repositories;
  /** Changes a question before it is asked. */
  word?: (question: string) => string;
};

/** Asks by the same functions, some of them altered. */
export function askAltered(
  { dependencies }: Workspace,
  { userId }: Pick<ImportedSet, 'userId'>,
  { open = createRepositories, word = String, ...how }: Variant,
): Ask {
  return async (query, scope, limit) => {
    const startedAt = performance.now();
    const prepared = await prepareSearch(dependencies, {
      asker: { userId },
      query: word(query),
      scope,
      limit,
      ...how,
    });
    const { hits } = await dependencies.db.transaction((tx) => search(open(tx), userId, prepared));
    return { chunkIds: foundBy(hits), tookMs: performance.now() - startedAt };
  };
}

/** The hits that a leg found; the others fill up the list. */
function foundBy(hits: readonly Pick<SearchHit, 'chunkId' | 'scores'>[]) {
  return hits
    .filter(({ scores }) => scores.lexical !== null || scores.semantic !== null)
    .map((hit) => hit.chunkId);
}
