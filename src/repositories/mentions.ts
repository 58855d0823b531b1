import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, transcriptSpeakers } from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { counting } from './mention-statements.ts';

export type MentionsRepository = ReturnType<typeof createMentionsRepository>;

/** Where something was said: a segment of a current revision. */
export type Place = { transcriptId: string; position: number };
export type SpeakerMentions = { speaker: string | null; mentions: number; first: Place };

/** How often a phrase was said. */
export type Mentions = {
  mentions: number;
  /** How many speakers said it, also where no label is known. */
  speakers: number;
  /** Those who said it most. */
  bySpeaker: SpeakerMentions[];
  /** By the recordings' dates, and within one by its order. */
  first: Place | null;
  last: Place | null;
  /** What was looked into, where there was more than is counted at once. */
  cut: Looked | null;
};

/** How much a count looked into. */
export type Looked = { transcripts: number; chunks: number };

/** Labels that a name may mean. */
const MOST_LABELS = 100;

/** Counts what was said, where the lexical index says that it may have been. */
export function createMentionsRepository(db: Database) {
  return { count, listChunkIds, listLabels };

  /**
   * Counts a phrase in the current revisions of a scope: by the terms of each transcript's text
   * search configuration, so that inflections count, in the order and at the distance that they
   * have in the phrase, within one speaker's turn of up to three segments. A phrase of stop words
   * alone is counted word for word. In one segment up to 256 mentions of a word are counted, as
   * many as a tsvector has places for.
   *
   * @param speakers whose mentions are counted; everybody's unless given
   */
  async function count(
    userId: string,
    phrase: string,
    scope: ResolvedScope,
    speakers?: readonly string[],
  ): Promise<Mentions> {
    const [counted] = await db
      .select({
        mentions: sql<number>`mentions`,
        speakers: sql<number>`speakers`,
        bySpeaker: sql<SpeakerMentions[]>`by_speaker`,
        first: sql<Place | null>`first`,
        last: sql<Place | null>`last`,
        cut: sql<Looked | null>`cut`,
      })
      .from(sql`(${counting(userId, phrase, scope, speakers)}) as counted`);
    if (!counted) throw new Error('an aggregate without a row');
    return counted;
  }

  /** For each place that is the user's the first chunk that holds it; in the order of `places`. */
  async function listChunkIds(
    userId: string,
    places: readonly Place[],
  ): Promise<(Place & { chunkId: string })[]> {
    return db
      .select({
        transcriptId: sql<string>`transcript_id`,
        position: sql<number>`position`,
        chunkId: sql<string>`chunk_id`,
      })
      .from(sql`(
        select distinct on (asked.place) asked.place, ${chunks.transcriptId} as transcript_id,
          asked.position, ${chunks.id} as chunk_id
        from unnest(${sql.param(places.map((place) => place.transcriptId))}::uuid[],
            ${sql.param(places.map((place) => place.position))}::integer[])
          with ordinality as asked(transcript_id, position, place)
        join ${chunks} on ${chunks.userId} = ${userId}
          and ${chunks.transcriptId} = asked.transcript_id
          and asked.position between ${chunks.firstSegment} and ${chunks.lastSegment}
        order by asked.place, ${chunks.chunkIndex}
      ) as found`);
  }

  /** The labels of the user's speakers that a name may mean: those that hold its words. */
  async function listLabels(userId: string, name: string): Promise<string[]> {
    const rows = await db
      .selectDistinct({ label: transcriptSpeakers.label })
      .from(transcriptSpeakers)
      .where(
        and(
          eq(transcriptSpeakers.userId, userId),
          sql`position(lower(${` ${name} `}) in ' ' || lower(${transcriptSpeakers.label}) || ' ') > 0`,
        ),
      )
      .orderBy(transcriptSpeakers.label)
      .limit(MOST_LABELS);
    return rows.map(({ label }) => label);
  }
}
