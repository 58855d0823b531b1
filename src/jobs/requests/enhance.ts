import { defineRequest } from '../handler.ts';
import { checkOwnedTranscripts } from './owned-transcripts.ts';

export const enhanceRequest = defineRequest({
  type: 'enhance',
  async accept(repositories, userId, bodies) {
    const jobs = bodies.map(({ transcriptId, ...rest }) => ({
      ...rest,
      transcriptId: transcriptId.toLowerCase(),
    }));
    const named = jobs.map(({ transcriptId }) => transcriptId);
    await checkOwnedTranscripts(repositories, userId, named);
    return jobs.map((parameters) => ({ parameters, transcriptId: parameters.transcriptId }));
  },
});
