import { type Static, Type } from 'typebox';
import { Id, Milliseconds, reference } from './common.ts';
import type { MetadataFilter } from './metadata-filter.ts';

export const TimeRange = Type.Object(
  { transcriptId: Id, startMs: Milliseconds, endMs: Milliseconds },
  { additionalProperties: false },
);

const Instant = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }));

/**
 * Which part of the caller's library an operation looks at. Without a key it is the whole
 * library; several keys narrow it together. A chunk is in a time range when they overlap.
 */
export const Scope = Type.Object(
  {
    transcriptIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
    speakers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
        minItems: 1,
        maxItems: 100,
        description: 'What one of these says, by the exact label.',
      }),
    ),
    timeRanges: Type.Optional(Type.Array(TimeRange, { minItems: 1, maxItems: 100 })),
    publishedAfter: Instant(
      'Recordings published at this moment or later; not those without a date.',
    ),
    publishedBefore: Instant('Recordings published before this moment; not those without a date.'),
    metadata: Type.Optional(reference<MetadataFilter>('MetadataFilter')),
  },
  { additionalProperties: false },
);
export type Scope = Static<typeof Scope>;

/**
 * A scope that ends, in one transcript, at a moment: what is said there later is not in it. With
 * `begun` a chunk that goes on is in it as well, for those who read its segments and not its text.
 */
export type ResolvedScope = Scope & {
  until?: { transcriptId: string; atMs: number; begun?: boolean } | undefined;
};
