import { defineRequest } from '../handler.ts';
import { checkOwnedTranscripts } from './owned-transcripts.ts';

export const embedRequest = defineRequest({
  type: 'embed',
  async accept(repositories, userId, bodies) {
    const named = bodies.flatMap(({ transcriptIds = [] }) => transcriptIds);
    await checkOwnedTranscripts(repositories, userId, named);
    return bodies.map((parameters) => ({ parameters }));
  },
});
