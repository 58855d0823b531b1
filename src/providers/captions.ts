import type { Chapter } from '../schemas/chapters.ts';

/** The formats in which captions are asked for, the best first. */
export const CAPTION_FORMATS = ['json3', 'vtt'] as const;
export type CaptionFormat = (typeof CAPTION_FORMATS)[number];

/** How a track came to be: written by a person, heard by a machine, or translated by one. */
export type CaptionTrackKind = 'manual' | 'asr' | 'translated';

/** What is wanted of a video. `youtubeVideoId` has 11 characters. */
export type CaptionRequest = {
  youtubeVideoId: string;
  /** BCP 47 tags, the most wanted first. */
  languages: readonly string[];
  /**
   * Where none of these languages is there: whether the video's own will do. Then no translation
   * by a machine is taken, because nobody asked for one.
   */
  orElseOriginal: boolean;
  signal?: AbortSignal | undefined;
};

/** What is known about a video; null where the source does not say. */
export type CaptionedVideo = {
  title: string | null;
  channelName: string | null;
  durationSeconds: number | null;
  publishedAt: Date | null;
  description: string | null;
  chapters: Chapter[];
};

/** A track as it came: never empty, and no page that stands in its place. */
export type FetchedCaptions = {
  body: Uint8Array;
  format: CaptionFormat;
  language: string;
  trackKind: CaptionTrackKind;
  video: CaptionedVideo;
};

export type PlaylistVideo = { youtubeVideoId: string; title: string | null };

/** The most videos of a playlist that are listed. */
export const MAX_PLAYLIST_VIDEOS = 500;

/** Captions of videos, and what playlists hold. */
export interface CaptionSource {
  /**
   * @throws AppError `video_unavailable`, `video_private`, `video_age_restricted`,
   * `captions_unavailable` with what there is, `source_blocked`, `source_unreadable`,
   * `source_timeout` or `source_too_large`; the signal's reason once it is aborted
   */
  fetchCaptions(request: CaptionRequest): Promise<FetchedCaptions>;
  /**
   * The videos of a playlist in its order, at most `MAX_PLAYLIST_VIDEOS`.
   *
   * @throws AppError as above; `video_unavailable` for a playlist that is private or none
   */
  listPlaylist(playlistId: string, signal?: AbortSignal): Promise<PlaylistVideo[]>;
}
