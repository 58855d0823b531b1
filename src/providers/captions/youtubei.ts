import { AppError } from '../../errors.ts';
import { MAX_PLAYLIST_VIDEOS, type PlaylistVideo } from '../captions.ts';
import type { PublicFetch } from '../public-fetch.ts';
import { textOf } from './json-values.ts';
import { readPlayerAnswer } from './player-answer.ts';
import { readJsonAnswer } from './read-answer.ts';
import { codeOfReason } from './refusals.ts';
import type { VideoCatalogue } from './video-catalogue.ts';

/**
 * The app whose captions can be fetched without a proof-of-origin token; those of the web player
 * cannot (https://github.com/jdepoix/youtube-transcript-api/pull/434).
 */
const CLIENT = 'ANDROID';

export type YoutubeiOptions = {
  publicFetch: PublicFetch;
  /** Where YouTube is; itself unless told. */
  youtubeOrigin?: string | undefined;
};

/** What youtubei.js finds out. No player is loaded and no code of YouTube's is run. */
export function createYoutubei({ publicFetch, youtubeOrigin }: YoutubeiOptions): VideoCatalogue {
  return {
    async describe(youtubeVideoId, signal) {
      const { actions } = await open(signal);
      const { data } = await actions.execute('/player', {
        videoId: youtubeVideoId,
        contentCheckOk: true,
        racyCheckOk: true,
        client: CLIENT,
      });
      return readPlayerAnswer(data, youtubeVideoId);
    },

    async listPlaylist(playlistId, signal) {
      const youtube = await open(signal);
      try {
        const videos: PlaylistVideo[] = [];
        for (
          let page = await youtube.getPlaylist(playlistId);
          ;
          page = await page.getContinuation()
        ) {
          for (const item of page.items) videos.push(...videoOf(item));
          if (videos.length >= MAX_PLAYLIST_VIDEOS || !page.has_continuation) {
            return videos.slice(0, MAX_PLAYLIST_VIDEOS);
          }
        }
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof AppError) throw cause;
        // What it cannot read, and what YouTube has to say, are the same class of error.
        const code = codeOfReason(cause instanceof Error ? cause.message : '');
        throw new AppError(code ?? 'source_unreadable', undefined, { cause });
      }
    },
  };

  /** A session that asks nobody who it is, so that it costs no request. */
  async function open(signal: AbortSignal) {
    // It takes a while to load, and most servers never need it.
    const { Innertube, Log } = await import('youtubei.js');
    Log.setLevel(Log.Level.NONE);
    return Innertube.create({
      retrieve_player: false,
      generate_session_locally: true,
      retrieve_innertube_config: false,
      enable_session_cache: false,
      timezone: 'UTC',
      fetch: (input, init) => ask(new Request(input, init), signal),
    });
  }

  async function ask(request: Request, signal: AbortSignal): Promise<Response> {
    const { origin, pathname, search } = new URL(request.url);
    const answer = await publicFetch(`${youtubeOrigin ?? origin}${pathname}${search}`, {
      method: request.method === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      signal,
    });
    return Response.json(readJsonAnswer(answer));
  }
}

/** The entries of a playlist come in several shapes, by the age of the page. */
function videoOf(item: object): PlaylistVideo[] {
  const id = 'content_id' in item ? item.content_id : 'id' in item ? item.id : undefined;
  if (typeof id !== 'string' || !/^[\w-]{11}$/.test(id)) return [];
  const metadata = 'metadata' in item ? item.metadata : undefined;
  const titled = typeof metadata === 'object' && metadata !== null ? metadata : item;
  return [{ youtubeVideoId: id, title: 'title' in titled ? textOf(`${titled.title}`, 500) : null }];
}
