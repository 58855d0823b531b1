import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { DatabaseConnection } from './client.ts';
import { lockDirectory } from './directory-lock.ts';
import { MIGRATIONS } from './migrations.ts';

export const extensions = { vector, btree_gin, pg_trgm, unaccent };

/**
 * Postgres inside this process. It is one connection, and nothing in it guards a data directory
 * against a second process, so the directory is locked here.
 */
export async function openEmbedded(dataDir?: string): Promise<DatabaseConnection> {
  if (dataDir === undefined) return embedded(await PGlite.create({ extensions }));
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir);
  try {
    return embedded(await PGlite.create({ dataDir: `${dataDir}/postgres`, extensions }), unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Wraps an instance that the caller made, such as a clone. */
export function embedded(client: PGlite, unlock = async () => {}): DatabaseConnection {
  const db = drizzle(client);
  return {
    db,
    queue: db,
    kind: 'embedded',
    migrate: () => migrate(db, MIGRATIONS),
    exclusively: (work) => work(db),
    close: async () => {
      await client.close();
      await unlock();
    },
  };
}
