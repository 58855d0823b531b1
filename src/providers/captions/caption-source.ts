import { AppError } from '../../errors.ts';
import {
  CAPTION_FORMATS,
  type CaptionFormat,
  type CaptionSource,
  type FetchedCaptions,
} from '../captions.ts';
import type { PublicFetch } from '../public-fetch.ts';
import { timeLimited } from '../time-limits.ts';
import { createTurns } from '../turns.ts';
import { chooseTrack } from './best-track.ts';
import { parseJson, readAnswer } from './read-answer.ts';
import type { CaptionTrack, VideoCatalogue } from './video-catalogue.ts';
import { createYoutubei, type YoutubeiOptions } from './youtubei.ts';
import { createYtDlp, hasYtDlp, type YtDlpOptions } from './yt-dlp.ts';

export type CaptionSourceOptions = YtDlpOptions &
  YoutubeiOptions & {
    /** The time for everything that one call asks for, in ms. */
    timeoutMs: number;
  };

/** Each may be a program of its own, of 100 MB, and YouTube blocks who asks for much at once. */
const AT_ONCE = 4;

/**
 * Captions from YouTube: yt-dlp where it is installed, because it is mended within days when
 * YouTube changes, or else youtubei.js. Either says which tracks there are; the best one is fetched
 * here, within the limits of `publicFetch`.
 */
export function createCaptionSource(options: CaptionSourceOptions): CaptionSource {
  const { publicFetch, timeoutMs, ytDlp } = options;
  const { inTurn } = createTurns(AT_ONCE);
  let catalogue: Promise<VideoCatalogue> | undefined;

  return {
    async fetchCaptions({ youtubeVideoId, signal: callers, ...wanted }) {
      const signal = timeLimited(timeoutMs, callers);
      return inTurn(signal, async () => {
        const listing = await (await findCatalogue()).describe(youtubeVideoId, signal);
        const track = chooseTrack(listing, wanted);
        return { ...(await fetchTrack(publicFetch, track, signal)), video: listing.video };
      });
    },

    async listPlaylist(playlistId, callers) {
      const signal = timeLimited(timeoutMs, callers);
      return inTurn(signal, async () => (await findCatalogue()).listPlaylist(playlistId, signal));
    },
  };

  /** Looked for once, when the first link comes. */
  function findCatalogue(): Promise<VideoCatalogue> {
    catalogue ??= hasYtDlp(ytDlp).then((found) =>
      found ? createYtDlp(options) : createYoutubei(options),
    );
    return catalogue;
  }
}

async function fetchTrack(
  publicFetch: PublicFetch,
  { language, trackKind, urls }: CaptionTrack,
  signal: AbortSignal,
): Promise<Omit<FetchedCaptions, 'video'>> {
  const format = CAPTION_FORMATS.find((name) => urls[name] !== undefined);
  const url = format && urls[format];
  if (!url) throw new AppError('source_unreadable', 'The captions come in no known format.');
  const body = readAnswer(await publicFetch(url, { signal }));
  checkForm(format, body);
  return { body, format, language, trackKind };
}

function checkForm(format: CaptionFormat, body: Uint8Array): void {
  if (format !== 'vtt') {
    parseJson(body);
  } else if (!/^\uFEFF?WEBVTT/.test(Buffer.from(body.subarray(0, 20)).toString('utf8'))) {
    throw new AppError('source_unreadable', 'The captions are not in the form that was asked for.');
  }
}
