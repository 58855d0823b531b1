import { asc, eq, gt } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type ConfigEntry, config } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import type { Page, PageRequest } from './pagination.ts';

export type ConfigRepository = ReturnType<typeof createConfigRepository>;

/** Settings of the whole installation; they have no owner. */
export function createConfigRepository(db: Database) {
  return { list, get, getValue, setValue, delete: deleteByKey };

  /** The entries by key; the cursor is the last key of the page before. */
  async function list({ limit, cursor }: PageRequest): Promise<Page<ConfigEntry>> {
    const rows = await db
      .select()
      .from(config)
      .where(cursor === undefined ? undefined : gt(config.key, cursor))
      .orderBy(asc(config.key))
      .limit(limit + 1);
    const data = rows.slice(0, limit);
    return { data, nextCursor: rows.length > limit ? (data.at(-1)?.key ?? null) : null };
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
    const change = description === undefined ? { value } : { value, description };
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
