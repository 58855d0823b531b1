const VIDEO_ID = /^[A-Za-z0-9_-]{11}$/;

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
const ID_PATHS = new Set(['shorts', 'live', 'embed', 'v']);

const parseUrl = (input: string): URL | null => {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(input);
  return URL.parse(hasScheme ? input : `https://${input.replace(/^\/\//, '')}`);
};

const candidate = (url: URL): string | null | undefined => {
  const [first, second] = url.pathname.slice(1).split('/');
  if (SHORT_HOSTS.has(url.hostname)) return first;
  if (!HOSTS.has(url.hostname)) return undefined;
  if (first === 'watch') return url.searchParams.get('v');
  return first !== undefined && ID_PATHS.has(first) ? second : undefined;
};

/**
 * The 11-character id of a YouTube video, from any usual form of its address or the bare id.
 * `watch?v=…&list=…` is the video. Hosts that only look like YouTube's are refused.
 *
 * @returns undefined when the input names no video.
 */
export const parseYoutubeId = (input: string): string | undefined => {
  const trimmed = input.trim();
  if (VIDEO_ID.test(trimmed)) return trimmed;
  const url = parseUrl(trimmed);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const id = candidate(url);
  return id && VIDEO_ID.test(id) ? id : undefined;
};

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
