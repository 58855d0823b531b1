import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type MediaSource, mediaSources } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';

export type MediaSourcesRepository = ReturnType<typeof createMediaSourcesRepository>;
/** What is left out stays as it is, or is not known. */
export type MediaSourceValues = Pick<MediaSource, 'kind' | 'externalId'> &
  Partial<
    Pick<
      MediaSource,
      'title' | 'channel' | 'description' | 'durationSeconds' | 'url' | 'publishedAt'
    >
  >;

/** Where recordings come from. */
export function createMediaSourcesRepository(db: Database) {
  return { getById, save };

  async function getById(userId: string, id: string): Promise<MediaSource | undefined> {
    const [source] = await db
      .select()
      .from(mediaSources)
      .where(and(eq(mediaSources.userId, userId), eq(mediaSources.id, id)));
    return source;
  }

  /** Adds a source, or changes the user's one of this kind and id. */
  async function save(userId: string, values: MediaSourceValues): Promise<MediaSource> {
    const [source] = await db
      .insert(mediaSources)
      .values({ userId, ...values })
      .onConflictDoUpdate({
        target: [mediaSources.userId, mediaSources.kind, mediaSources.externalId],
        set: values,
      })
      .returning();
    return inserted(source);
  }
}
