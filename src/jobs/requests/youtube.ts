import { invalidValue } from '../../errors.ts';
import { checkImport } from '../../library/fetch-import.ts';
import { readImportLink } from '../../library/import-link.ts';
import { checkSize } from '../check-size.ts';
import { defineRequest } from '../request.ts';

export const youtubeRequest = defineRequest({
  type: 'youtube',
  toJob(parameters) {
    checkImport(parameters);
    if ('youtubeVideoId' in readImportLink(parameters)) {
      return { parameters: checkSize(parameters) };
    }
    throw invalidValue('/url', 'must lead to a YouTube video');
  },
});
