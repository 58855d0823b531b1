import { type Static, Type } from 'typebox';

/** Jobs: how many run, how they are watched, and how long they are kept. */
export const jobSettings = {
  WORKERS: Type.Integer({
    minimum: 0,
    maximum: 1_000,
    default: 2,
    description: 'Jobs that run at once in this process; 0: none.',
  }),
  JOB_CONCURRENCY: Type.String({
    default: '',
    description: 'How many of a type run at once in this process, such as transcribe=2,export=1.',
  }),
  JOB_POLL_MS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 60_000,
      description: 'Time between two looks for jobs. Default: 50; embedded, 1000.',
    }),
  ),
  JOB_LEASE_MS: Type.Integer({
    minimum: 1_000,
    maximum: 86_400_000,
    default: 60_000,
    description: 'How long a job stays with a process that shows no sign of life.',
  }),
  JOB_KEEP_COMPLETED_HOURS: Hours(24, 'How long completed and cancelled jobs are kept.'),
  JOB_KEEP_FAILED_HOURS: Hours(168, 'How long failed jobs are kept.'),
};

type JobSettings = Static<ReturnType<typeof Type.Object<typeof jobSettings>>>;

/** How a process works on jobs. */
export type WorkerOptions = {
  /** Jobs at once. */
  slots: number;
  /** Jobs at once of a type, where that is not what its handler says. */
  concurrency: ReadonlyMap<string, number>;
  /** Between two looks for jobs, where nobody rings. */
  pollMs: number;
  /** How long a job is left to a process that shows no sign of life. */
  leaseMs: number;
  /** What jobs have left to end when the process is told to. Default: 25 s. */
  graceMs?: number;
};

/**
 * @param types every type of job
 * @throws Error when the settings do not make sense
 */
export function readWorkerOptions(
  settings: JobSettings,
  kind: 'postgres' | 'embedded',
  types: readonly string[],
): WorkerOptions {
  return {
    slots: settings.WORKERS,
    concurrency: new Map(readConcurrency(settings.JOB_CONCURRENCY, types)),
    // Within one process nobody has to look: whoever enqueues rings.
    pollMs: settings.JOB_POLL_MS ?? (kind === 'postgres' ? 50 : 1_000),
    leaseMs: settings.JOB_LEASE_MS,
  };
}

function readConcurrency(value: string, types: readonly string[]): [string, number][] {
  return value.split(',').flatMap((item) => {
    if (item.trim() === '') return [];
    const [, type = '', count = ''] = /^\s*([a-z-]+)\s*=\s*([1-9]\d{0,3})\s*$/.exec(item) ?? [];
    if (count && types.includes(type)) return [[type, Number(count)]];
    throw new Error(
      `JOB_CONCURRENCY: "${item.trim()}" is not type=number, with a type of ${types.join(', ')}`,
    );
  });
}

function Hours(fallback: number, description: string) {
  return Type.Integer({ minimum: 1, maximum: 87_600, default: fallback, description });
}
