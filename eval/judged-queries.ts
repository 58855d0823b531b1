import { and, asc, eq, exists, isNotNull } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { searchQueries, searchResults } from '../src/db/schema/index.ts';

export type JudgedQuery = Awaited<ReturnType<typeof listJudgedQueries>>[number];
export type JudgedResult = JudgedQuery['results'][number];

/** Every search of the database with a hit that was judged, whoever made it. For an operator alone. */
export async function listJudgedQueries(db: Database) {
  const judged = db
    .select({ rank: searchResults.rank })
    .from(searchResults)
    .where(and(eq(searchResults.queryId, searchQueries.id), isNotNull(searchResults.verdict)));
  const queries = await db
    .select()
    .from(searchQueries)
    .where(exists(judged))
    .orderBy(asc(searchQueries.createdAt), asc(searchQueries.id));
  return Promise.all(
    queries.map(async (query) => ({
      ...query,
      results: await db
        .select()
        .from(searchResults)
        .where(and(eq(searchResults.queryId, query.id), isNotNull(searchResults.verdict)))
        .orderBy(asc(searchResults.rank)),
    })),
  );
}
