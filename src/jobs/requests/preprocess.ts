import { defineRequest } from '../request.ts';

export const preprocessRequest = defineRequest({
  type: 'preprocess',
  toJob: (parameters) => ({ parameters }),
  named: ({ mediaFileId }) => ({ recordings: [mediaFileId] }),
});
