import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type ConfigEntry, config } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { keyPage, type Page, type PageRequest, textAfter } from './pagination.ts';

export type ConfigRepository = ReturnType<typeof createConfigRepository>;

/** Settings of the whole installation; they have no owner. */
export function createConfigRepository(db: Database) {
  return { list, get, getValue, setValue, delete: deleteByKey };

  /** The entries by key. */
  async function list({ limit, cursor }: PageRequest): Promise<Page<ConfigEntry>> {
    const rows = await db
      .select()
      .from(config)
      .where(gt(config.key, textAfter(cursor)))
      .orderBy(asc(config.key))
      .limit(limit + 1);
    return keyPage(rows, limit, (row) => row.key);
  }

  async function get(key: string): Promise<ConfigEntry | undefined> {
    const [entry] = await db.select().from(config).where(eq(config.key, key));
    return entry;
  }

  /** The value of a key, or undefined. It is JSON that the reader has to check. */
  async function getValue(key: string): Promise<unknown> {
    return (await get(key))?.value;
  }

  /** Adds or replaces an entry; without a description the old one stays. */
  async function setValue(
    key: string,
    value: unknown,
    description?: string | null,
  ): Promise<ConfigEntry> {
    // As an expression, because a bound null would be SQL's and not JSON's.
    const json = sql`${JSON.stringify(value)}::jsonb`;
    const change = description === undefined ? { value: json } : { value: json, description };
    const [entry] = await db
      .insert(config)
      .values({ key, ...change })
      .onConflictDoUpdate({ target: config.key, set: change })
      .returning();
    return inserted(entry);
  }

  /** @returns whether there was such a key */
  async function deleteByKey(key: string): Promise<boolean> {
    const rows = await db.delete(config).where(eq(config.key, key)).returning({ key: config.key });
    return rows.length > 0;
  }
}
