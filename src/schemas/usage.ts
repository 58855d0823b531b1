import { type Static, Type } from 'typebox';
import { DateTime, Nullable, PageQuery, StrictObject } from './common.ts';

const Day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));

export const UsageQuery = StrictObject({
  ...PageQuery.properties,
  from: Day('The first day, in UTC. Default: 29 days before the last one.'),
  to: Day('The last day, in UTC. Default: today. At most 366 days.'),
});
export type UsageQuery = Static<typeof UsageQuery>;

const Count = Type.Integer({ minimum: 0 });

/** What was asked of one model for one purpose on one day. */
export const UsageRow = StrictObject({
  day: Type.String({ format: 'date' }),
  model: Type.String(),
  provider: Type.String(),
  purpose: Type.String({
    description:
      'Such as `answer`, `notes`, `question-embedding`, `embedding`, `enhancement` or `transcription`.',
  }),
  requests: Count,
  promptTokens: Count,
  completionTokens: Count,
  audioMs: Count,
  costUsd: Type.Number({
    minimum: 0,
    description: 'Of those whose price is known; `unpriced` counts the others.',
  }),
  unpriced: Count,
  failed: Count,
  unfinished: {
    ...Count,
    description: 'Under way, or begun by a process that was gone before an answer came.',
  },
});
export type UsageRow = Static<typeof UsageRow>;

const Quota = StrictObject({
  limit: Nullable(Type.Integer({ minimum: 1, description: 'Null: none.' })),
  used: Count,
});

/** What may be had of models today. */
export const UsageQuota = StrictObject({ requests: Quota, tokens: Quota, resetsAt: DateTime });
export type UsageQuota = Static<typeof UsageQuota>;
