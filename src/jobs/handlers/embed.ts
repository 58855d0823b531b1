import { type RefillDependencies, refillEmbeddings } from '../../library/refill-embeddings.ts';
import type { CallsOfRun } from '../calls-of-run.ts';
import { defineHandler, type JobHandler, type RunningJob } from '../handler.ts';

export type EmbedJobDependencies = Omit<RefillDependencies, 'db' | 'modelCalls'> & CallsOfRun;

/** Makes the vectors that a user's chunks lack, or all of them anew. */
export function createEmbedHandler(dependencies: EmbedJobDependencies): JobHandler {
  return defineHandler({
    type: 'embed',
    // The provider takes several requests at once for each.
    concurrency: 1,
    isLong: true,
    keepsWork: true,
    async run(job) {
      const { db, userId, parameters, signal, progress } = job;
      const { transcriptIds, force = false } = parameters;
      const modelCalls = dependencies.modelCalls.ofRun(job);
      const madeBefore = force ? await createdAt(job) : undefined;
      const options = { transcriptIds, madeBefore, signal, progress };
      return {
        result: await refillEmbeddings({ ...dependencies, db, modelCalls }, userId, options),
      };
    },
  });

  /** What is to be made anew is what is older than the job: whatever attempts before have made stays. */
  async function createdAt({ userId, id }: RunningJob): Promise<Date | undefined> {
    return (await dependencies.repositories.jobs.getById(userId, id))?.createdAt;
  }
}
