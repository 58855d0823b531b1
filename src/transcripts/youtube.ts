import { MAX_INTEGER } from '../schemas/common.ts';

const VIDEO_ID = /^[A-Za-z0-9_-]{11}$/;
/** `PL`, `UU`, `OLAK5uy_`, `RD` and others; the ids of lists that belong to one user are short. */
const PLAYLIST_ID = /^[A-Za-z0-9_-]{2,100}$/;

// Exact names: `youtube.com.evil.example` and `notyoutube.com` are somebody else's.
const HOSTS = new Set([
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'youtube-nocookie.com',
  'www.youtube-nocookie.com',
]);
const SHORT_HOSTS = new Set(['youtu.be', 'www.youtu.be']);
const ID_PATHS = new Set(['shorts', 'live', 'embed', 'v', 'e']);
/** Pages of `embed` whose names have the length of an id. */
const NO_VIDEOS = new Set(['videoseries', 'live_stream']);

/** What a link to YouTube names; null for what it does not. */
export type YoutubeLink = {
  youtubeVideoId: string | null;
  playlistId: string | null;
  /** Where the video is to start. */
  startMs: number | null;
};

/**
 * The URL of a link, also of one that was typed without `https://`.
 *
 * @returns null for what is no URL of the web
 */
export const parseWebUrl = (input: string): URL | null => {
  const trimmed = input.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  const url = URL.parse(hasScheme ? trimmed : `https://${trimmed.replace(/^\/\//, '')}`);
  return url && /^https?:$/.test(url.protocol) ? url : null;
};

/** The name of a host; a dot at its end only says that it is complete (RFC 1034, 3.1). */
const hostOf = ({ hostname }: URL): string => hostname.replace(/\.$/, '');

/** Where a link really leads: `attribution_link?u=…`, of older share buttons, holds another one. */
const targetOf = (url: URL): URL | null => {
  if (url.pathname !== '/attribution_link') return url;
  return URL.parse(url.searchParams.get('u') ?? '', url.href);
};

const videoIn = (url: URL): string | null => {
  const [first = '', second = ''] = url.pathname.slice(1).split('/');
  if (SHORT_HOSTS.has(hostOf(url))) return first;
  if (first === 'watch') return url.searchParams.get('v');
  return ID_PATHS.has(first) && !NO_VIDEOS.has(second) ? second : null;
};

/** `75`, `75s`, `1m15s` or `1h2m3s`, in ms. */
const parseStart = (text: string | null): number | null => {
  const found = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?$/.exec(text ?? '');
  if (!found || !text) return null;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const startMs = (hours * 3_600 + minutes * 60 + seconds) * 1_000;
  return startMs <= MAX_INTEGER ? startMs : null;
};

/** Whether a URL is one of YouTube's, whatever it names. */
export const isYoutubeUrl = (url: URL): boolean =>
  HOSTS.has(hostOf(url)) || SHORT_HOSTS.has(hostOf(url));

/**
 * Reads any usual form of a link to a video or a playlist, or the bare id of a video. Hosts that
 * only look like YouTube's are refused.
 *
 * @returns undefined when the input names neither
 */
export const parseYoutubeLink = (input: string): YoutubeLink | undefined => {
  const trimmed = input.trim();
  if (VIDEO_ID.test(trimmed)) return { youtubeVideoId: trimmed, playlistId: null, startMs: null };
  const link = parseWebUrl(trimmed);
  const url = link && isYoutubeUrl(link) ? targetOf(link) : null;
  if (!url || !isYoutubeUrl(url)) return undefined;
  const video = videoIn(url) ?? '';
  const list = url.searchParams.get('list') ?? '';
  const youtubeVideoId = VIDEO_ID.test(video) ? video : null;
  const playlistId = PLAYLIST_ID.test(list) ? list : null;
  if (youtubeVideoId === null && playlistId === null) return undefined;
  const fragment = new URLSearchParams(url.hash.slice(1));
  const start = url.searchParams.get('t') ?? url.searchParams.get('start') ?? fragment.get('t');
  return {
    youtubeVideoId,
    playlistId,
    startMs: youtubeVideoId === null ? null : parseStart(start),
  };
};

/**
 * The 11-character id of a YouTube video, from any usual form of its address or the bare id.
 * `watch?v=…&list=…` is the video.
 *
 * @returns undefined when the input names no video.
 */
export const parseYoutubeId = (input: string): string | undefined =>
  parseYoutubeLink(input)?.youtubeVideoId ?? undefined;

/** The address of a playlist. */
export const playlistUrl = (playlistId: string): string =>
  `https://www.youtube.com/playlist?list=${playlistId}`;

/**
 * A link to the second in which something was said, clamped into [0, duration]; without a start, a
 * link to the video; null without a video.
 *
 * @param startMs Milliseconds from the start of the recording; the link carries whole seconds.
 * @param durationSeconds The length of the video, or null when it is not known.
 */
export const momentUrl = (
  youtubeVideoId: string | null,
  startMs: number | null,
  durationSeconds: number | null,
): string | null => {
  if (youtubeVideoId === null) return null;
  const url = `https://youtu.be/${youtubeVideoId}`;
  if (startMs === null) return url;
  const last = durationSeconds === null ? Number.POSITIVE_INFINITY : Math.floor(durationSeconds);
  return `${url}?t=${Math.max(0, Math.min(Math.floor(startMs / 1000), last))}`;
};
