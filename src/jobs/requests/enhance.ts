import { AppError } from '../../errors.ts';
import { slicesOf } from '../../repositories/slices.ts';
import { EnhanceJob } from '../../schemas/enhance-jobs.ts';
import { defineRequest } from '../handler.ts';

/** In one statement; a batch may have many items. */
const MOST_IDS = 10_000;

export const enhanceRequest = defineRequest({
  type: 'enhance',
  body: EnhanceJob,
  async accept({ transcripts }, userId, bodies) {
    const jobs = bodies.map(({ transcriptId, ...rest }) => ({
      ...rest,
      transcriptId: transcriptId.toLowerCase(),
    }));
    const named = new Set(jobs.map(({ transcriptId }) => transcriptId));
    for (const ids of slicesOf([...named], MOST_IDS)) {
      const owned = await transcripts.getOwnedIds(userId, ids);
      if (owned.length < ids.length) throw new AppError('not_found');
    }
    return jobs.map((parameters) => ({ parameters, transcriptId: parameters.transcriptId }));
  },
});
