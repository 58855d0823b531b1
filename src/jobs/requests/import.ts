import { defineRequest } from '../request.ts';
import { toImportJob } from '../to-import-job.ts';

export const importRequest = defineRequest({
  type: 'import',
  toJob: toImportJob,
});
