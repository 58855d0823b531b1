import { PreprocessRecording } from '../../schemas/media-files.ts';
import { defineRequest } from '../handler.ts';
import { checkOwnedRecordings } from './owned-recordings.ts';

export const preprocessRequest = defineRequest({
  type: 'preprocess',
  body: PreprocessRecording,

  async accept(repositories, userId, bodies) {
    await checkOwnedRecordings(repositories, userId, bodies);
    return bodies.map((parameters) => ({ parameters }));
  },
});
