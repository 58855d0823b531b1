import { type RefillDependencies, refillEmbeddings } from '../../library/refill-embeddings.ts';
import { EmbedJob } from '../../schemas/import-jobs.ts';
import type { CallsOfRun } from '../calls-of-run.ts';
import { defineHandler, type JobHandler } from '../handler.ts';

export type EmbedJobDependencies = Omit<RefillDependencies, 'db' | 'modelCalls'> & CallsOfRun;

/** Makes the vectors that a user's chunks lack, or all of them anew. */
export function createEmbedHandler(dependencies: EmbedJobDependencies): JobHandler {
  return defineHandler({
    type: 'embed',
    parameters: EmbedJob,
    // The provider takes several requests at once for each.
    concurrency: 1,
    isLong: true,
    async run({ db, runId, userId, parameters, signal, progress }) {
      const modelCalls = dependencies.modelCalls.ofRun({ runId, signal });
      const options = { ...parameters, signal, progress };
      return {
        result: await refillEmbeddings({ ...dependencies, db, modelCalls }, userId, options),
      };
    },
  });
}
