import { defineRequest } from '../request.ts';

export const transcribeRequest = defineRequest({
  type: 'transcribe',
  toJob: (parameters) => ({ parameters }),
  named: ({ mediaFileId }) => ({ recordings: [mediaFileId] }),
});
