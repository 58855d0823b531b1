import { type Static, Type } from 'typebox';
import { Id, MAX_INTEGER, Nullable, PageQuery, StrictObject } from './common.ts';

/** One spoken word with its own times, in milliseconds from the start of the recording. */
export const Word = Type.Object(
  {
    text: Type.String({ maxLength: 1_000 }),
    startMs: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    endMs: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    confidence: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]),
    /** Who says this word, where that was told for words and differs from the segment's speaker. */
    speaker: Type.Optional(Type.String({ maxLength: 255 })),
  },
  { additionalProperties: false },
);
export type Word = Static<typeof Word>;

const Position = Type.Union([Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), Type.Null()]);

/**
 * What a recogniser says about a segment besides its confidence: the mean log probability of its
 * tokens, and how likely it is that nobody speaks (both as in OpenAI's Whisper).
 */
export const Recognition = Type.Object(
  {
    avgLogprob: Type.Optional(Type.Number()),
    noSpeechProb: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  },
  { additionalProperties: false },
);
export type Recognition = Static<typeof Recognition>;

/**
 * One utterance of a revision. `startMs` and `endMs` are milliseconds from the start of the
 * recording, `endMs >= startMs`; both are null in a transcript without times.
 */
export const Segment = Type.Object(
  {
    startMs: Position,
    endMs: Position,
    speaker: Type.Union([Type.String({ maxLength: 255 }), Type.Null()]),
    text: Type.String(),
    words: Type.Union([Type.Array(Word), Type.Null()]),
    confidence: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]),
    recognition: Type.Optional(Type.Union([Recognition, Type.Null()])),
  },
  { additionalProperties: false },
);
export type Segment = Static<typeof Segment>;

export const SegmentParams = StrictObject({
  id: Id,
  position: Type.Integer({ minimum: 0, maximum: MAX_INTEGER }),
});

export const SegmentQuery = StrictObject({
  ...PageQuery.properties,
  revision: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_INTEGER, description: 'Default: the current one.' }),
  ),
});

/** What is changed about a segment; what is left out stays. */
export const CorrectSegment = StrictObject(
  {
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000, pattern: '\\S' })),
    speaker: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 255 }))),
    revision: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_INTEGER })),
  },
  { minProperties: 1, examples: [{ text: 'The hunting cog, it is called.' }] },
);
export type CorrectSegment = Static<typeof CorrectSegment>;

/** A segment as it is listed: with its place in the revision. */
export const ListedSegment = Type.Object(
  { position: Type.Integer({ minimum: 0 }), ...Segment.properties },
  { additionalProperties: false },
);
