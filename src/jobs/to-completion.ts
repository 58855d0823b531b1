import type { JobCompletion } from '../repositories/job-endings.ts';
import type { JobLease } from '../repositories/job-queue.ts';
import { findUnstorable } from '../storable.ts';
import type { JobOutcome } from './handler.ts';
import { JobError } from './job-error.ts';

/**
 * What is stored of a job that has succeeded.
 *
 * @throws JobError `invalid_result`, permanent, for what is not JSON or what PostgreSQL does not take:
 *   trying again would bring the same
 */
export function toCompletion(
  lease: JobLease,
  { result = null, createdFiles = [], transcriptId }: JobOutcome,
): JobCompletion {
  try {
    JSON.stringify([result, createdFiles], refuseUnstorable);
  } catch (cause) {
    throw new JobError('invalid_result', 'The job came to a result that cannot be stored.', {
      cause,
    });
  }
  return { ...lease, result, createdFiles, transcriptId: transcriptId ?? null };
}

function refuseUnstorable(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    const found = typeof text === 'string' ? findUnstorable(text) : undefined;
    if (found) throw new Error(found.message);
  }
  return value;
}
