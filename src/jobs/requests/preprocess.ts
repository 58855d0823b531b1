import { defineRequest } from '../handler.ts';
import { checkOwnedRecordings } from './owned-recordings.ts';

export const preprocessRequest = defineRequest({
  type: 'preprocess',

  async accept(repositories, userId, bodies) {
    await checkOwnedRecordings(repositories, userId, bodies);
    return bodies.map((parameters) => ({ parameters }));
  },
});
