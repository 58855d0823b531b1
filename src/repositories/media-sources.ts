import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type MediaSource, mediaSources } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';

export type MediaSourcesRepository = ReturnType<typeof createMediaSourcesRepository>;

/** A recording as its source knows it. `externalId` is the source's own id of it. */
export type NewMediaSource = Pick<MediaSource, 'kind'> & { externalId: string } & Partial<
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

  /** Adds a recording, or brings the one that is there up to date; what is not given stays. */
  async function save(userId: string, values: NewMediaSource): Promise<MediaSource> {
    const news = { ...values, metadataExtractedAt: new Date() };
    const [source] = await db
      .insert(mediaSources)
      .values({ userId, ...news })
      .onConflictDoUpdate({
        target: [mediaSources.userId, mediaSources.kind, mediaSources.externalId],
        set: news,
      })
      .returning();
    return inserted(source);
  }
}
