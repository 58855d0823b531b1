import { sql } from 'drizzle-orm';
import { jobs } from '../db/schema/index.ts';
import type { JobType } from '../schemas/job-types.ts';

/** Sums a batch up. It is the server's own, and nothing of it could be done later. */
export const COMPLETE_BATCH = 'complete-batch' satisfies JobType;

/** Deletes an account; it is the last of its jobs to go. */
export const DELETE_ACCOUNT = 'delete-account' satisfies JobType;

export const WITHOUT_LEASE = { leaseToken: null, leaseExpiresAt: null };

/** What a job that failed becomes, so that it is as if it were new. */
export const REOPENED = {
  status: 'queued',
  reopenedCount: sql`${jobs.reopenedCount} + 1`,
  retryCount: 0,
  crashCount: 0,
  runAfter: sql`now()`,
  progress: 0,
  errorCode: null,
  errorMessage: null,
  completedAt: null,
} as const;
