import { defineRequest } from '../request.ts';

export const enhanceRequest = defineRequest({
  type: 'enhance',
  toJob({ transcriptId: given, ...rest }) {
    const transcriptId = given.toLowerCase();
    return { parameters: { ...rest, transcriptId }, transcriptId };
  },
  named: ({ transcriptId }) => ({ transcripts: [transcriptId] }),
});
