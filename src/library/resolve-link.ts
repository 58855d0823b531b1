import { invalidValue } from '../errors.ts';
import type { CaptionSource } from '../providers/captions.ts';
import type { Repositories } from '../repositories/index.ts';
import type { ResolvedLink, ResolveLink } from '../schemas/links.ts';
import { momentUrl, parseWebUrl, parseYoutubeLink, playlistUrl } from '../transcripts/youtube.ts';

/**
 * Says what a link leads to, and which of it the user has. Nobody is asked unless a playlist is to
 * be expanded.
 *
 * @throws AppError `validation_failed` for what is no link, or no playlist that could be expanded;
 * what `CaptionSource` throws
 */
export async function resolveLink(
  { captions, repositories }: { captions: CaptionSource; repositories: Repositories },
  userId: string,
  { url, expandPlaylist = false }: ResolveLink,
  signal: AbortSignal,
): Promise<ResolvedLink> {
  const plain = readLink(url);
  const { youtubeVideoId, playlistId } = plain;
  if (expandPlaylist && playlistId === null) throw invalidValue('/url', 'names no playlist');
  const listed =
    expandPlaylist && playlistId !== null ? await captions.listPlaylist(playlistId, signal) : [];
  const ids = [...listed.map((video) => video.youtubeVideoId), youtubeVideoId ?? []].flat();
  const known = await repositories.transcripts.listIdsByVideo(userId, ids);
  return {
    ...plain,
    transcriptId: known.get(youtubeVideoId ?? '') ?? null,
    videos: listed.map((video) => ({
      ...video,
      transcriptId: known.get(video.youtubeVideoId) ?? null,
    })),
  };
}

function readLink(input: string): Omit<ResolvedLink, 'transcriptId' | 'videos'> {
  const link = parseYoutubeLink(input);
  if (!link) {
    const url = parseWebUrl(input);
    if (!url) throw invalidValue('/url', 'must be a link that begins with https or http');
    const nothing = { youtubeVideoId: null, playlistId: null, startMs: null };
    return { kind: 'other', url: url.href, ...nothing };
  }
  const { youtubeVideoId, playlistId, startMs } = link;
  const video = momentUrl(youtubeVideoId, startMs, null);
  if (video !== null) return { kind: 'video', url: video, ...link };
  return { kind: 'playlist', url: playlistUrl(playlistId ?? ''), ...link };
}
