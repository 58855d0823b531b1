import type {
  CaptionedVideo,
  CaptionFormat,
  CaptionTrackKind,
  PlaylistVideo,
} from '../captions.ts';

/** A caption track that a video has, with where each format of it is. */
export type CaptionTrack = {
  language: string;
  trackKind: CaptionTrackKind;
  urls: Partial<Record<CaptionFormat, string>>;
};

/** A video with its tracks; `originalLanguage` is the one that is spoken, where that is known. */
export type VideoListing = {
  video: CaptionedVideo;
  originalLanguage: string | null;
  tracks: CaptionTrack[];
};

/** One way to find out what YouTube has. It throws what `CaptionSource` throws. */
export type VideoCatalogue = {
  describe(youtubeVideoId: string, signal: AbortSignal): Promise<VideoListing>;
  listPlaylist(playlistId: string, signal: AbortSignal): Promise<PlaylistVideo[]>;
};
