import { ImportTranscript } from '../../schemas/transcripts.ts';
import { defineRequest } from '../handler.ts';
import { toImportJob } from '../to-import-job.ts';

export const importRequest = defineRequest({
  type: 'import',
  body: ImportTranscript,
  accept: async (_repositories, _userId, bodies) => bodies.map(toImportJob),
});
