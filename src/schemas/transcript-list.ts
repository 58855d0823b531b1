import { type Static, Type } from 'typebox';
import { MAX_INTEGER, PageQuery, StrictObject } from './common.ts';
import { MetadataFilter } from './metadata-filter.ts';

const optional = (description: string, options = {}) =>
  Type.Optional(Type.String({ minLength: 1, description, ...options }));

const Instant = (description: string, example: string) =>
  optional(description, { format: 'date-time', maxLength: 40, examples: [example] });

const Seconds = (description: string, example: number) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: MAX_INTEGER, description, examples: [example] }),
  );

/** Which transcripts are listed, and in which order; several filters narrow the list together. */
export const TranscriptListQuery = StrictObject({
  limit: PageQuery.properties.limit,
  cursor: optional('The `nextCursor` of the page before, with the same filters and order.', {
    // It may hold a whole title.
    maxLength: 6_000,
  }),
  title: optional('Text within the title, in upper or lower case.', {
    maxLength: 500,
    examples: ['tide mill'],
  }),
  channelName: optional('The name of the channel, in upper or lower case.', {
    maxLength: 255,
    examples: ['Slow Machines'],
  }),
  language: optional('BCP 47; `en` is `en-US` as well.', {
    pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$',
    maxLength: 35,
    examples: ['en'],
  }),
  createdAfter: Instant('Imported at this moment or later.', '2026-01-01T00:00:00Z'),
  createdBefore: Instant('Imported before this moment.', '2026-07-01T00:00:00Z'),
  publishedAfter: Instant(
    'The recording was published at this moment or later.',
    '2025-01-01T00:00:00Z',
  ),
  publishedBefore: Instant(
    'The recording was published before this moment.',
    '2026-01-01T00:00:00Z',
  ),
  minDuration: Seconds('At least this long, in seconds.', 600),
  maxDuration: Seconds('At most this long, in seconds.', 3_600),
  speaker: optional('Somebody who speaks in it, by the exact label.', {
    maxLength: 255,
    examples: ['Maren Tolliver'],
  }),
  youtubeVideoId: optional('The id of the video, or any link to it.', {
    maxLength: 500,
    examples: ['dQw4w9WgXcQ'],
  }),
  metadata: optional(
    'What the metadata has to be like, as JSON: `{key, op, value}` with the `op` `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in` or `contains`, or `{and: […]}`, or `{or: […]}`. Values are compared as JSON; `ne` also takes what lacks the key; `contains` looks for text in a text, in the same case, and for an entry in a list.',
    {
      maxLength: 8_000,
      contentMediaType: 'application/json',
      contentSchema: MetadataFilter,
      examples: ['{"key":"tags","op":"contains","value":"mill"}'],
    },
  ),
  sort: Type.Enum(['createdAt', 'updatedAt', 'title', 'channelName', 'duration'], {
    default: 'createdAt',
    description:
      'Texts are ordered without regard to case; what lacks the value stands before the rest, as if it were empty.',
  }),
  order: Type.Optional(
    Type.Enum(['asc', 'desc'], {
      description: 'By default titles and channels rise, and times and durations fall.',
    }),
  ),
});
export type TranscriptListQuery = Static<typeof TranscriptListQuery>;
export type TranscriptSort = TranscriptListQuery['sort'];
