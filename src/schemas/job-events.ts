import { Type } from 'typebox';
import { StrictObject } from './common.ts';
import { JobReference } from './jobs.ts';
import { ProblemReference } from './problem.ts';

const job = StrictObject({ job: JobReference });

/** The `data` of each server-sent event, by the event's name. */
export const JOB_EVENTS = {
  'job.updated': job,
  'job.completed': job,
  'job.failed': job,
  'job.cancelled': job,
  'job.interrupted': StrictObject({ problem: ProblemReference }),
} as const;
export type JobEventType = keyof typeof JOB_EVENTS;

/** The events that nothing comes behind; each stream has exactly one. */
export const LAST_JOB_EVENTS: ReadonlySet<JobEventType> = new Set([
  'job.completed',
  'job.failed',
  'job.cancelled',
  'job.interrupted',
]);

/** One server-sent event, as its reader sees it. */
export const JobEvent = Type.Union(
  Object.entries(JOB_EVENTS).map(([event, data]) =>
    StrictObject({ id: Type.String(), event: Type.Literal(event), data }),
  ),
);

/** The stream of a job, as one text of {@link JobEvent}s. */
export const JobEventStream = Type.String({
  description:
    'Server-sent events; each id is the version of the job. The last one is `job.completed`, `job.failed`, `job.cancelled`, or `job.interrupted` where the stream ends before the job does.',
  contentMediaType: 'text/event-stream',
  contentSchema: JobEvent,
});
