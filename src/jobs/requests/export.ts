import { invalidValue } from '../../errors.ts';
import { checkExportOptions } from '../../library/export-options.ts';
import { namedTranscripts, readScope } from '../../retrieval/scope.ts';
import { defineRequest } from '../request.ts';
import { distinctIds } from './distinct-ids.ts';

/** More ids are a file of the job: its parameters come with every list of jobs. */
const MOST_LISTED_IDS = 100;

/** An export of many transcripts. */
export const exportRequest = defineRequest({
  type: 'export',
  toJob({ scope, transcriptIds, format = 'json', ...options }) {
    checkExportOptions({ format, ...options }, '');
    if (!transcriptIds)
      return { parameters: { scope: readScope(scope ?? {}), format, ...options } };
    if (scope) throw invalidValue('/transcriptIds', 'cannot be together with scope');
    const { input, ...parameters } = storedIds(distinctIds(transcriptIds));
    const job = { parameters: { ...parameters, format, ...options } };
    return input ? { ...job, input } : job;
  },
  named: ({ scope = {}, transcriptIds = [] }) => ({
    transcripts: [...transcriptIds, ...namedTranscripts(scope)],
  }),
});

function storedIds(ids: string[]) {
  if (ids.length <= MOST_LISTED_IDS) return { transcriptIds: ids };
  const bytes = Buffer.from(JSON.stringify(ids));
  const input = { name: 'transcript-ids.json', mediaType: 'application/json', bytes };
  return { transcriptCount: ids.length, input };
}
