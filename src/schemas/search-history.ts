import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';
import { Playhead } from './playhead.ts';
import { Scope } from './scope.ts';
import { LegScores, SearchMode, SearchWeights } from './search.ts';

export const SearchSettings = StrictObject({
  mode: SearchMode,
  limit: Type.Integer({ minimum: 1 }),
  weights: Nullable(SearchWeights),
  /** Null where no vectors were compared. */
  embeddingModel: Nullable(Type.String()),
  playhead: Nullable(Playhead),
});

export type SearchSettings = Static<typeof SearchSettings>;

/** A search that was kept. */
export const KeptSearch = StrictObject({
  id: Id,
  query: Type.String(),
  scope: Scope,
  settings: SearchSettings,
  tookMs: Type.Number({ minimum: 0 }),
  createdAt: DateTime,
});

const Verdict = Type.Enum(['right', 'wrong']);

/** A hit of a search that was kept; its text is read from the transcript. */
export const KeptHit = StrictObject({
  rank: Type.Integer({ minimum: 1 }),
  transcriptId: Id,
  chunkId: Nullable({
    ...Id,
    description: 'Null once a revision of the transcript has other chunks.',
  }),
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
  score: Type.Number(),
  scores: LegScores,
  verdict: Nullable(Verdict),
  judgedAt: Nullable(DateTime),
});
export type KeptHit = Static<typeof KeptHit>;

export const KeptSearchWithHits = StrictObject({
  ...KeptSearch.properties,
  hits: Type.Array(KeptHit),
});
export type KeptSearchWithHits = Static<typeof KeptSearchWithHits>;

/** What a reader thinks of a hit, which is named by its place among the hits, by its chunk, or by both. */
export const JudgeHit = StrictObject(
  {
    rank: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    chunkId: Type.Optional(Id),
    verdict: Nullable(Verdict),
  },
  { examples: [{ rank: 1, verdict: 'right' }] },
);
export type JudgeHit = Static<typeof JudgeHit>;
