import { invalidValue } from '../../errors.ts';
import { checkExportOptions } from '../../library/export-options.ts';
import { namedTranscripts, readScope } from '../../retrieval/scope.ts';
import type { ExportParameters } from '../../schemas/exports.ts';
import type { RequestedParameters } from '../../schemas/job-parameters.ts';
import { type AcceptedJob, defineRequest } from '../handler.ts';
import { checkOwnedTranscripts } from './owned-transcripts.ts';

/** More ids are a file of the job: its parameters come with every list of jobs. */
const MOST_LISTED_IDS = 100;

/** An export of many transcripts. */
export const exportRequest = defineRequest({
  type: 'export',
  async accept(repositories, userId, bodies) {
    const read = bodies.map(readExport);
    const named = read.flatMap(({ ids }) => ids);
    await checkOwnedTranscripts(repositories, userId, named);
    return read.map(({ job }) => job);
  },
});

/** @throws AppError `validation_failed` */
function readExport({
  scope: given,
  transcriptIds,
  format = 'json',
  ...options
}: RequestedParameters<'export'>): { job: AcceptedJob<ExportParameters>; ids: string[] } {
  checkExportOptions({ format, ...options }, '');
  if (!transcriptIds) {
    const scope = readScope(given ?? {});
    return { job: { parameters: { scope, format, ...options } }, ids: namedTranscripts(scope) };
  }
  if (given) throw invalidValue('/transcriptIds', 'cannot be together with scope');
  const ids = [...new Set(transcriptIds.map((id) => id.toLowerCase()))];
  const { input, ...parameters } = storedIds(ids);
  const job = { parameters: { ...parameters, format, ...options } };
  return { job: input ? { ...job, input } : job, ids };
}

function storedIds(ids: string[]) {
  if (ids.length <= MOST_LISTED_IDS) return { transcriptIds: ids };
  const bytes = Buffer.from(JSON.stringify(ids));
  const input = { name: 'transcript-ids.json', mediaType: 'application/json', bytes };
  return { transcriptCount: ids.length, input };
}
