import { createHash } from 'node:crypto';
import { and, gte, ilike, lt, lte, type SQL, sql } from 'drizzle-orm';
import { mediaSources, transcriptSpeakers, transcripts } from '../db/schema/index.ts';
import type { MetadataFilter } from '../schemas/metadata-filter.ts';
import type { TranscriptListQuery, TranscriptSort } from '../schemas/transcript-list.ts';
import { integerKey, type Keyset, type SortKey, textKey, timeKey } from './keyset.ts';
import { metadataMatches } from './metadata-condition.ts';
import type { PageRequest } from './pagination.ts';

type Moments = 'createdAfter' | 'createdBefore' | 'publishedAfter' | 'publishedBefore';
type Plain = Omit<TranscriptListQuery, keyof PageRequest | Moments | 'metadata'>;
export type TranscriptListRequest = PageRequest &
  Partial<Plain & Record<Moments, Date> & { metadata: MetadataFilter }>;
type TranscriptFilters = Omit<TranscriptListRequest, keyof PageRequest | 'sort' | 'order'>;

const { createdAt, updatedAt, title, channelName, language, duration } = transcripts;

/** Each is written as in its index. What is missing is as if empty: a key of null has no place. */
const SORTS: Record<TranscriptSort, SortKey> = {
  createdAt: timeKey(createdAt),
  updatedAt: timeKey(updatedAt),
  title: textKey(sql`lower(coalesce(${title}, ''))`),
  channelName: textKey(sql`lower(coalesce(${channelName}, ''))`),
  duration: integerKey(sql`coalesce(${duration}, -1)`),
};
const RISING = new Set<TranscriptSort>(['title', 'channelName']);

/** The order that a request asks for; its cursors are good for the same filters only. */
export function transcriptOrder(request: TranscriptListRequest): Keyset {
  const { limit: _limit, cursor: _cursor, sort = 'createdAt', ...rest } = request;
  const { order = RISING.has(sort) ? 'asc' : 'desc', ...filters } = rest;
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const asked = JSON.stringify([sort, order, Object.fromEntries(given.toSorted(byName))]);
  const binding = createHash('sha256').update(asked).digest('base64url').slice(0, 16);
  return { key: SORTS[sort], id: transcripts.id, order, binding };
}

/** The condition that a transcript passes all filters. */
export function transcriptMatches(filters: TranscriptFilters): SQL | undefined {
  return and(
    when(filters.title, (text) => ilike(title, `%${text.replace(/[\\%_]/g, '\\$&')}%`)),
    when(
      filters.channelName,
      (name) => sql`${SORTS.channelName.expression} = lower(${name}::text)`,
    ),
    when(filters.language, isInLanguage),
    when(filters.createdAfter, (moment) => gte(createdAt, moment)),
    when(filters.createdBefore, (moment) => lt(createdAt, moment)),
    when(filters.publishedAfter, (moment) => isPublished(gte(mediaSources.publishedAt, moment))),
    when(filters.publishedBefore, (moment) => isPublished(lt(mediaSources.publishedAt, moment))),
    when(filters.minDuration, (seconds) => gte(duration, seconds)),
    when(filters.maxDuration, (seconds) => lte(duration, seconds)),
    when(filters.speaker, hasSpeaker),
    when(filters.youtubeVideoId, (id) => sql`${transcripts.youtubeVideoId} = ${id}`),
    when(filters.metadata, metadataMatches),
  );
}

function when<T>(value: T | undefined, condition: (value: T) => SQL | undefined) {
  return value === undefined ? undefined : condition(value);
}

/** A tag stands for itself and for what is more special; `-` and `_` are the same, as are cases. */
function isInLanguage(tag: string): SQL {
  const prefix = `${tag.toLowerCase().replaceAll('_', '-')}-`;
  return sql`starts_with(translate(lower(${language}), '_', '-') || '-', ${prefix})`;
}

function isPublished(condition: SQL): SQL {
  return sql`exists (select from ${mediaSources}
    where ${mediaSources.userId} = ${transcripts.userId}
      and ${mediaSources.id} = ${transcripts.mediaSourceId} and ${condition})`;
}

function hasSpeaker(label: string): SQL {
  return sql`exists (select from ${transcriptSpeakers}
    where ${transcriptSpeakers.userId} = ${transcripts.userId}
      and ${transcriptSpeakers.transcriptId} = ${transcripts.id}
      and ${transcriptSpeakers.label} = ${label})`;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
