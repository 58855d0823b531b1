import { AppError } from '../errors.ts';
import { parseYoutubeId } from '../transcripts/youtube.ts';

/**
 * The id of a YouTube video that a caller named by its id or by a link.
 *
 * @param path where the caller named it
 * @throws AppError `validation_failed`
 */
export function readVideoId(input: string, path = '/youtubeVideoId'): string {
  const id = parseYoutubeId(input);
  if (id !== undefined) return id;
  throw new AppError('validation_failed', 'This is no YouTube video.', {
    errors: [{ path, message: 'must be a video id or a link to a video' }],
  });
}
