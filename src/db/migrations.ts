import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { desc, sql } from 'drizzle-orm';
import { bigint, pgSchema } from 'drizzle-orm/pg-core';
import journal from '../../drizzle/meta/_journal.json' with { type: 'json' };
import type { Database } from './client.ts';

export const MIGRATIONS = { migrationsFolder: join(import.meta.dirname, '../../drizzle') };

/** Drizzle's own record of what was applied; a migration is known by the time it was generated. */
const applied = pgSchema('drizzle').table('__drizzle_migrations', {
  createdAt: bigint('created_at', { mode: 'number' }),
});

/**
 * Whether the database has every migration that this version brings. It may have more: while a new
 * version is rolled out, the old one goes on.
 */
export async function migrationsAreCurrent(db: Database): Promise<boolean> {
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  return ((await lastApplied(db)) ?? 0) >= newest;
}

/**
 * Takes the last applied migration back, with its file in `drizzle/down/`.
 *
 * @returns its name, or undefined when there is none
 */
export async function rollbackLast(db: Database): Promise<string | undefined> {
  const when = await lastApplied(db);
  if (when === undefined) return undefined;
  const entry = journal.entries.find((candidate) => candidate.when === when);
  if (!entry) throw new Error(`the database has a migration (${when}) that this version lacks`);
  const file = join(MIGRATIONS.migrationsFolder, 'down', `${entry.tag}.sql`);
  const statements = (await readFile(file, 'utf8')).split('--> statement-breakpoint');
  await db.transaction(async (tx) => {
    for (const statement of statements) await tx.execute(sql.raw(statement));
    await tx.delete(applied).where(sql`${applied.createdAt} = ${when}`);
  });
  return entry.tag;
}

async function lastApplied(db: Database): Promise<number | undefined> {
  const [record] = await db
    .select({ table: sql<string | null>`to_regclass('drizzle.__drizzle_migrations')::text` })
    .from(sql`(select 1) as one`);
  // A database that was never migrated.
  if (!record?.table) return undefined;
  const [row] = await db.select().from(applied).orderBy(desc(applied.createdAt)).limit(1);
  return row?.createdAt ?? undefined;
}
