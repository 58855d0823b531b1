import { invalidValue } from '../../errors.ts';
import { checkImport } from '../../library/fetch-import.ts';
import { readImportLink } from '../../library/import-link.ts';
import { checkSize } from '../check-size.ts';
import { defineRequest } from '../handler.ts';

export const youtubeRequest = defineRequest({
  type: 'youtube',
  accept: async (_repositories, _userId, bodies) =>
    bodies.map((parameters) => {
      checkImport(parameters);
      if ('youtubeVideoId' in readImportLink(parameters)) {
        return { parameters: checkSize(parameters) };
      }
      throw invalidValue('/url', 'must lead to a YouTube video');
    }),
});
