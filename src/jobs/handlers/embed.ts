import { type RefillDependencies, refillEmbeddings } from '../../library/refill-embeddings.ts';
import { EmbedJob } from '../../schemas/import-jobs.ts';
import { defineHandler, type JobHandler } from '../handler.ts';

export type EmbedJobDependencies = Omit<RefillDependencies, 'db'>;

/** Makes the vectors that a user's chunks lack, or all of them anew. */
export function createEmbedHandler(dependencies: EmbedJobDependencies): JobHandler {
  return defineHandler({
    type: 'embed',
    parameters: EmbedJob,
    // The provider takes several requests at once for each.
    concurrency: 1,
    async run({ db, userId, parameters, signal, progress }) {
      const options = { ...parameters, signal, progress };
      return { result: await refillEmbeddings({ ...dependencies, db }, userId, options) };
    },
  });
}
