import type { Job } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { JobChangesRepository } from '../repositories/job-changes.ts';
import { slicesOf } from '../repositories/slices.ts';
import type { JobEventType } from '../schemas/job-events.ts';
import { createAlarm } from './alarm.ts';
import type { Bell } from './bell.ts';
import { createWatchRoom } from './watch-room.ts';

/** What a reader hears of a job. All who hear of one state share the event. */
export type JobEvent = { id: number; type: JobEventType; data: { job: Job } };

export type JobWatcher = ReturnType<typeof createJobWatcher>;

type Watched = {
  userId: string;
  /** The version of the last state that was read. */
  version: number;
  /** The last state; undefined once the job is gone. */
  event: JobEvent | undefined;
  readers: Set<() => void>;
};

type Report = (err: unknown, message: string) => void;

/** How many looks there are for one at jobs that are gone. */
const GONE_EVERY = 4;
/** Jobs in one statement. */
const SLICE = 1_000;

/**
 * Tells readers what happens to jobs. However many they are, the database is asked by one loop, and
 * only while somebody reads.
 *
 * @param report hears of a database that does not answer, once until it does
 */
export function createJobWatcher(jobChanges: JobChangesRepository, bell: Bell, report: Report) {
  const watched = new Map<string, Watched>();
  const room = createWatchRoom();
  let going = false;
  let failing = false;
  return { checkRoom: room.check, watch };

  /**
   * The states of a job, each as soon as the one before it was taken: who is slow misses some, and
   * never the last one.
   *
   * @param job as it is now
   * @param after the version that the reader knows; 0 for none. The end of a job is told in any case.
   * @param signal ends it
   * @throws AppError `not_found` once the job is deleted; as `checkRoom`
   */
  async function* watch(job: Job, after: number, signal: AbortSignal): AsyncGenerator<JobEvent[]> {
    const first = toEvent(job);
    if (after !== job.version || hasEnded(first)) yield [first];
    if (hasEnded(first)) return;
    let known = job.version;
    let wake = () => {};
    const onChange = () => wake();
    const state = join(first, onChange);
    signal.addEventListener('abort', onChange);
    try {
      while (!signal.aborted) {
        const { event } = state;
        if (!event) throw new AppError('not_found');
        if (event.id > known) {
          known = event.id;
          yield [event];
          if (hasEnded(event)) return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', onChange);
      leave(job.id, state, onChange);
    }
  }

  function join(event: JobEvent, reader: () => void): Watched {
    const { id, userId } = event.data.job;
    room.enter(userId);
    const state = watched.get(id) ?? { userId, version: event.id, event, readers: new Set() };
    watched.set(id, state);
    // Those who read already have not been told of what this reader has just seen.
    tell(id, event);
    state.readers.add(reader);
    if (!going) void look();
    return state;
  }

  function leave(id: string, state: Watched, reader: () => void): void {
    state.readers.delete(reader);
    room.leave(state.userId);
    if (state.readers.size === 0 && watched.get(id) === state) watched.delete(id);
  }

  async function look(): Promise<void> {
    going = true;
    const alarm = createAlarm(bell);
    for (let looks = 1; watched.size > 0; looks += 1) {
      await alarm.next();
      await ask(looks % GONE_EVERY === 0).catch((err) => {
        if (!failing) report(err, 'jobs could not be watched; it is tried again');
        failing = true;
      });
    }
    alarm.stop();
    going = false;
  }

  async function ask(alsoGone: boolean): Promise<void> {
    const jobs = [...watched].map(([id, { userId, version }]) => ({ id, userId, version }));
    for (const slice of slicesOf(jobs, SLICE)) {
      for (const job of await jobChanges.listChanged(slice)) tell(job.id, toEvent(job));
      if (!alsoGone) continue;
      for (const id of await jobChanges.listGone(slice)) tell(id, undefined);
    }
    failing = false;
  }

  function tell(id: string, event: JobEvent | undefined): void {
    const state = watched.get(id);
    if (!state || (event && event.id <= state.version)) return;
    Object.assign(state, { event, version: event?.id ?? state.version });
    // Whoever comes from now on begins anew.
    if (!event) watched.delete(id);
    for (const reader of state.readers) reader();
  }
}

const ENDS: Partial<Record<Job['status'], JobEventType>> = {
  completed: 'job.completed',
  failed: 'job.failed',
  cancelled: 'job.cancelled',
};

function toEvent(job: Job): JobEvent {
  return { id: job.version, type: ENDS[job.status] ?? 'job.updated', data: { job } };
}

function hasEnded({ type }: JobEvent): boolean {
  return type !== 'job.updated';
}
