import { invalidValue } from '../../errors.ts';
import { isYoutubeUrl, parseWebUrl, parseYoutubeLink } from '../../transcripts/youtube.ts';
import { defineRequest } from '../request.ts';

export const downloadRequest = defineRequest({
  type: 'download',
  toJob: ({ url, ...rest }) => ({ parameters: { ...readLink(url), ...rest } }),
});

/** Which video, or which file. @throws AppError `validation_failed` for what is neither */
function readLink(input: string): { youtubeVideoId: string } | { url: string } {
  const link = parseYoutubeLink(input);
  if (link?.youtubeVideoId) return { youtubeVideoId: link.youtubeVideoId };
  const url = parseWebUrl(input);
  if (!url) throw invalidValue('/url', 'must be a link that begins with https or http');
  if (link || isYoutubeUrl(url)) throw invalidValue('/url', 'must name a video');
  return { url: url.href };
}
