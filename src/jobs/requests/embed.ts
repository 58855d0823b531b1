import { AppError } from '../../errors.ts';
import { slicesOf } from '../../repositories/slices.ts';
import { EmbedJob } from '../../schemas/import-jobs.ts';
import { defineRequest } from '../handler.ts';

/** In one statement; the items of a batch may name many. */
const MOST_IDS = 10_000;

export const embedRequest = defineRequest({
  type: 'embed',
  body: EmbedJob,
  async accept({ transcripts }, userId, bodies) {
    const named = new Set(
      bodies.flatMap(({ transcriptIds = [] }) => transcriptIds.map((id) => id.toLowerCase())),
    );
    for (const ids of slicesOf([...named], MOST_IDS)) {
      const owned = await transcripts.getOwnedIds(userId, ids);
      if (owned.length < ids.length) throw new AppError('not_found');
    }
    return bodies.map((parameters) => ({ parameters }));
  },
});
