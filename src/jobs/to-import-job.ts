import { checkImport } from '../library/fetch-import.ts';
import type { ImportParameters } from '../schemas/import-jobs.ts';
import type { ImportTranscript, UploadTranscript } from '../schemas/transcripts.ts';
import { checkSize } from './check-size.ts';
import type { AcceptedJob } from './handler.ts';

/** Of the file that holds segments; other files say themselves what they are. */
export const SEGMENTS_TYPE = 'application/json';
const ANY_TYPE = 'application/octet-stream';

/**
 * Makes a job of what a caller wants to import: what it says as parameters, what it holds as a file.
 *
 * @throws AppError `validation_failed` for what is wrong beside the content, which the job reads
 */
export function toImportJob(
  body: ImportTranscript | UploadTranscript,
): AcceptedJob<ImportParameters> {
  checkImport(body);
  if ('file' in body) {
    const { file, ...details } = body;
    const parameters = checkSize(details);
    const name = parameters.fileName || 'transcript';
    return { parameters, input: { name, mediaType: ANY_TYPE, bytes: file } };
  }
  const { text, segments, ...details } = body;
  const parameters = checkSize(details);
  if (text !== undefined) {
    const bytes = Buffer.from(text);
    return { parameters, input: { name: 'transcript', mediaType: ANY_TYPE, bytes } };
  }
  if (segments === undefined) return { parameters };
  const bytes = Buffer.from(JSON.stringify(segments));
  return { parameters, input: { name: 'segments.json', mediaType: SEGMENTS_TYPE, bytes } };
}
