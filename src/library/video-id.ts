import { AppError } from '../errors.ts';
import { parseYoutubeId } from '../transcripts/youtube.ts';

/**
 * The id of a YouTube video that a caller named by its id or by a link.
 *
 * @throws AppError `validation_failed`
 */
export function readVideoId(input: string): string {
  const id = parseYoutubeId(input);
  if (id !== undefined) return id;
  throw new AppError('validation_failed', 'This is no YouTube video.', {
    errors: [{ path: '/youtubeVideoId', message: 'must be a video id or a link to a video' }],
  });
}
