import { AppError } from '../errors.ts';
import type { UsedToday } from '../repositories/usage.ts';

/** What a user may have of models in a day; 0 is no limit. */
export type Quotas = { requests: number; tokens: number };

export const isLimited = ({ requests, tokens }: Quotas): boolean => requests > 0 || tokens > 0;

/**
 * Whether another call may be made. What a call will cost is known only in the end: the one that goes
 * over the limit of tokens is the last one.
 *
 * @throws AppError `quota_exceeded`, until the day has ended
 */
export function checkQuotas(quotas: Quotas, { resetsAt, ...used }: UsedToday): void {
  for (const kind of ['requests', 'tokens'] as const) {
    const limit = quotas[kind];
    if (limit === 0 || used[kind] < limit) continue;
    const retryAfterSeconds = Math.max(1, Math.ceil((resetsAt.getTime() - Date.now()) / 1_000));
    throw new AppError(
      'quota_exceeded',
      `The ${limit} ${kind} of this day are used up; there are new ones from ${resetsAt.toISOString()}.`,
      { retryAfterSeconds },
    );
  }
}
