import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Job, MediaFile } from '../../src/db/schema/index.ts';
import { AppError } from '../../src/errors.ts';
import { createJobHandlers, type HandlerDependencies } from '../../src/jobs/handlers.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { storeRecording } from '../../src/media/store-recording.ts';
import type { JobType } from '../../src/schemas/job-types.ts';
import type { TestApp } from '../helpers/app.ts';
import { FIRST_USER, runDueJobs } from '../helpers/jobs.ts';

const tooLarge = () => new AppError('body_too_large');

/** A recording of a user's, as an upload leaves it. */
export async function storeBytes(
  { media, db }: TestApp,
  userId: string,
  bytes: Buffer,
  fileName = 'Talk.wav',
  id: string = randomUUID(),
): Promise<MediaFile> {
  const received = await media.receive(Readable.from([bytes]), { maxBytes: 1e9, tooLarge });
  return storeRecording({ media, db }, userId, { id, fileName }, received);
}

/** Does a job, and all that is due. @returns what came of it */
export async function doJob(
  app: TestApp,
  userId: string,
  type: JobType,
  parameters: Record<string, unknown>,
  parts: Partial<HandlerDependencies> = {},
): Promise<Job> {
  const { job } = await app.repositories.jobs.create(userId, { type, parameters });
  const jobHandlers = createJobHandlers({ ...app, ...parts });
  await runDueJobs({ ...app, jobHandlers });
  return found(app, userId, job.id);
}

export async function found({ repositories }: TestApp, userId: string, id: string): Promise<Job> {
  const job = await repositories.jobs.getById(userId, id);
  if (!job) throw new Error('the job is gone');
  return job;
}

/** Begins a job, and goes on at once. */
export async function beginJob(app: TestApp, userId: string, type: JobType, parameters: object) {
  const { job } = await app.repositories.jobs.create(userId, {
    type,
    parameters: { ...parameters },
  });
  const room = { [type]: 1 };
  const [claimed] = await app.repositories.jobQueue.claim('test', {
    ...{ limit: 1, room, after: FIRST_USER, leaseMs: 60_000 },
  });
  const handler = app.jobHandlers.get(type);
  if (!claimed || !handler) throw new Error('the job was not claimed');
  const controller = new AbortController();
  const log = { error: (details: object, message: string) => console.error(message, details) };
  const watch = { signal: controller.signal, progress: () => {} };
  return { job, claimed, controller, done: runJob({ ...app, log }, handler, claimed, watch) };
}
