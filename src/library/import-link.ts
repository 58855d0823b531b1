import { invalidValue } from '../errors.ts';
import type { ImportTranscript } from '../schemas/transcripts.ts';
import { isYoutubeUrl, parseWebUrl, parseYoutubeLink } from '../transcripts/youtube.ts';
import { readVideoId } from './video-id.ts';

/** What a link that is to be imported leads to: a video, or a file somewhere else. */
export type ImportLink = { youtubeVideoId: string } | { url: string };

/**
 * Tells what the link in a body leads to.
 *
 * @throws AppError `validation_failed` for what is no link, for a link to YouTube that names no
 * video, and for what does not go with it
 */
export function readImportLink(body: ImportTranscript & { url: string }): ImportLink {
  const { url, format, trackKind, youtubeVideoId: said } = body;
  const link = parseYoutubeLink(url);
  if (link?.youtubeVideoId) {
    const { youtubeVideoId } = link;
    if (format !== undefined) throw invalidValue('/format', 'is for links to files');
    if (trackKind !== undefined) throw invalidValue('/trackKind', 'is for links to files');
    if (said !== undefined && readVideoId(said) !== youtubeVideoId) {
      throw invalidValue('/youtubeVideoId', 'is another video than that of `url`');
    }
    return { youtubeVideoId };
  }
  if (link?.playlistId) {
    throw invalidValue('/url', 'is a playlist: POST /v1/links/resolve lists its videos');
  }
  const parsed = parseWebUrl(url);
  if (!parsed) throw invalidValue('/url', 'must be a link that begins with https or http');
  if (isYoutubeUrl(parsed)) throw invalidValue('/url', 'must name a video');
  if (body.languages !== undefined) throw invalidValue('/languages', 'is for links to videos');
  return { url: parsed.href };
}
