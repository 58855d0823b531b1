import { defineRequest } from '../handler.ts';
import { toImportJob } from '../to-import-job.ts';

export const importRequest = defineRequest({
  type: 'import',
  accept: async (_repositories, _userId, bodies) => bodies.map(toImportJob),
});
