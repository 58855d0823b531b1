import { type Static, Type } from 'typebox';
import { Id, Milliseconds } from './common.ts';

export const TimeRange = Type.Object(
  { transcriptId: Id, startMs: Milliseconds, endMs: Milliseconds },
  { additionalProperties: false },
);

/**
 * Which part of the caller's library an operation looks at. Without a key it is the whole
 * library; several keys narrow it together. A chunk is in a time range when they overlap.
 */
export const Scope = Type.Object(
  {
    transcriptIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
    timeRanges: Type.Optional(Type.Array(TimeRange, { minItems: 1, maxItems: 100 })),
  },
  { additionalProperties: false },
);
export type Scope = Static<typeof Scope>;
