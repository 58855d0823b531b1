import { type Static, Type } from 'typebox';
import { Id, Nullable, StrictObject } from './common.ts';
import { Coverage } from './messages.ts';
import { Playhead } from './playhead.ts';
import { Scope } from './scope.ts';

export const SearchMode = Type.Enum(['hybrid', 'semantic', 'lexical']);
export type SearchMode = Static<typeof SearchMode>;

const Weight = Type.Number({ minimum: 0, maximum: 1 });
export const SearchWeights = StrictObject({ semantic: Weight, lexical: Weight });
export type SearchWeights = Static<typeof SearchWeights>;

export const SearchBody = StrictObject(
  {
    query: Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S' }),
    scope: Type.Optional(Scope),
    playhead: Type.Optional(Playhead),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
    mode: Type.Optional(SearchMode),
    weights: Type.Optional(SearchWeights),
    context: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 5,
        description: 'How many chunks before and after each hit to return with it.',
      }),
    ),
    history: Type.Optional(
      Type.Boolean({ default: true, description: 'False: this search is not kept.' }),
    ),
  },
  { examples: [{ query: 'hunting cog', limit: 3 }] },
);
export type SearchBody = Static<typeof SearchBody>;

/** A run of text, `end` excluded, in UTF-16 code units. */
export const TextSpan = StrictObject({
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
});
export type TextSpan = Static<typeof TextSpan>;

const Moment = {
  chunkId: Id,
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
  text: Type.String(),
};

export const LegScores = StrictObject({
  semantic: Nullable(
    StrictObject({ rank: Type.Integer({ minimum: 1 }), similarity: Type.Number() }),
  ),
  lexical: Nullable(StrictObject({ rank: Type.Integer({ minimum: 1 }), score: Type.Number() })),
});
export type LegScores = Static<typeof LegScores>;

export const SearchHit = StrictObject({
  ...Moment,
  transcriptId: Id,
  title: Nullable(Type.String()),
  speaker: Nullable(Type.String({ description: 'The speaker, where only one speaks.' })),
  highlights: Type.Array(TextSpan),
  score: Type.Number(),
  scores: LegScores,
  url: Nullable(Type.String({ description: 'Deep link to the moment.' })),
  context: Type.Optional(
    StrictObject({
      before: Type.Array(StrictObject(Moment)),
      after: Type.Array(StrictObject(Moment)),
    }),
  ),
});
export type SearchHit = Static<typeof SearchHit>;

export const SearchResponse = StrictObject({
  id: Nullable({ ...Id, description: 'Names the search for feedback; null when it is not kept.' }),
  data: Type.Array(SearchHit),
  coverage: Coverage,
  mode: Type.Enum(['hybrid', 'semantic', 'lexical'], {
    description:
      'The legs that were really searched: `lexical` also where the embedding model did not answer.',
  }),
  tookMs: Type.Number({ minimum: 0 }),
});
export type SearchResponse = Static<typeof SearchResponse>;
