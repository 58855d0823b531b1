import { defineRequest } from '../request.ts';
import { distinctIds } from './distinct-ids.ts';

export const embedRequest = defineRequest({
  type: 'embed',
  toJob: ({ transcriptIds, ...rest }) => ({
    parameters: transcriptIds ? { transcriptIds: distinctIds(transcriptIds), ...rest } : rest,
  }),
  named: ({ transcriptIds = [] }) => ({ transcripts: transcriptIds }),
});
