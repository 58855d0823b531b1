import { sql } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { createRepositories } from '../src/repositories/index.ts';

/**
 * Indexes everything once more as English with its stop words, for as long as `work` runs. Only for
 * a database that is thrown away: it is not put back.
 */
export async function withStopWords(db: Database, work: () => Promise<void>): Promise<void> {
  await db.execute(sql`create text search dictionary public.eval_english_stem
    (template = pg_catalog.snowball, language = english)`);
  await db.execute(sql`create text search configuration public.eval_english
    (copy = pg_catalog.english)`);
  await db.execute(sql`alter text search configuration public.eval_english
    alter mapping replace pg_catalog.english_stem with public.eval_english_stem`);
  await db.execute(sql`update chunks set search_config = 'public.eval_english'`);
  const { searchIndex } = createRepositories(db);
  const rows = await db
    .select({ userId: sql<string>`user_id`, id: sql<string>`id` })
    .from(sql`transcripts`);
  for (const { userId, id } of rows) await searchIndex.refresh(userId, id);
  await db.execute(sql`analyze`);
  await work();
}
