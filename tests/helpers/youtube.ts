import { createCaptionSource } from '../../src/providers/captions/caption-source.ts';
import type { CaptionSource } from '../../src/providers/captions.ts';
import { createPublicFetch } from '../../src/providers/public-fetch.ts';
import { playSource, type Reply, sends, sendsJson } from './source-server.ts';

export const VIDEO = 'T1deM1ll_07';

export const VTT = `WEBVTT
Kind: captions
Language: en

00:00:01.000 --> 00:00:03.500
The tide turns the wheel.

00:00:04.000 --> 00:00:06.000
And the wheel turns the stone.
`;
export const EMPTY_VTT = 'WEBVTT\nKind: captions\nLanguage: en\n\n';
export const JSON3 = JSON.stringify({
  wireMagic: 'pb3',
  events: [
    { tStartMs: 0, dDurationMs: 7_000, id: 1, wpWinPosId: 1, wsWinStyleId: 1 },
    { tStartMs: 1_000, dDurationMs: 2_500, segs: [{ utf8: 'The tide turns the wheel.' }] },
    { tStartMs: 4_000, dDurationMs: 2_000, segs: [{ utf8: 'And the wheel turns the stone.' }] },
  ],
});
export const CONSENT_PAGE =
  '<!DOCTYPE html><html><body><form action="https://consent.youtube.com/s"></form></body></html>';
export const PAGE = '<!doctype html><html><head><title>YouTube</title></head><body></body></html>';

/** The same words in the format that is asked for. */
export const captionsAsAsked: Reply = (response, request) =>
  request.url?.includes('fmt=json3')
    ? sends(JSON3, 'application/json')(response, request)
    : sends(VTT, 'text/vtt')(response, request);

type Track = { language: string; kind?: 'asr'; translatable?: boolean };

/** The shapes that the player endpoint answers with. */
export const player = {
  /** @param origin where the captions are */
  ok: (origin: string, tracks: Track[], translations: string[] = []) => ({
    playabilityStatus: { status: 'OK', playableInEmbed: true },
    videoDetails: {
      videoId: VIDEO,
      title: 'Grinding by the Moon\0',
      lengthSeconds: '61',
      author: 'Mills & Millers',
      channelId: 'UC0123456789012345678901',
      shortDescription: 'A mill, and a tide.',
      isPrivate: false,
    },
    microformat: { playerMicroformatRenderer: { publishDate: '2024-03-05T10:00:00-08:00' } },
    ...(tracks.length === 0
      ? {}
      : {
          captions: {
            playerCaptionsTracklistRenderer: {
              captionTracks: tracks.map(({ language, kind, translatable = false }) => ({
                baseUrl: `${origin}/api/timedtext?v=${VIDEO}&lang=${language}${kind ? '&kind=asr' : ''}`,
                name: { runs: [{ text: language }] },
                vssId: `${kind ? 'a' : ''}.${language}`,
                languageCode: language,
                ...(kind ? { kind } : {}),
                isTranslatable: translatable,
              })),
              audioTracks: [{ captionTrackIndices: [0] }],
              translationLanguages: translations.map((languageCode) => ({
                languageCode,
                languageName: { runs: [{ text: languageCode }] },
              })),
            },
          },
        }),
  }),
  refusing: (status: string, reason: string, subreason = '') => ({
    playabilityStatus: {
      status,
      reason,
      errorScreen: { playerErrorMessageRenderer: { subreason: { simpleText: subreason } } },
    },
    videoDetails: { videoId: VIDEO, title: '' },
  }),
};

/** The page of a playlist; a token leads to the next one. */
export const playlistPage = (videos: [id: string, title: string][], token?: string) => ({
  responseContext: {},
  metadata: { playlistMetadataRenderer: { title: 'All of them' } },
  sidebar: { playlistSidebarRenderer: { items: [] } },
  contents: {
    twoColumnBrowseResultsRenderer: {
      tabs: [
        {
          tabRenderer: {
            selected: true,
            content: {
              sectionListRenderer: {
                contents: [
                  {
                    itemSectionRenderer: {
                      contents: [
                        {
                          playlistVideoListRenderer: {
                            playlistId: 'PL1',
                            contents: playlistItems(videos, token),
                          },
                        },
                      ],
                    },
                  },
                ],
              },
            },
          },
        },
      ],
    },
  },
});

export const playlistItems = (videos: [id: string, title: string][], token?: string) => [
  ...videos.map(([videoId, text], index) => ({
    playlistVideoRenderer: {
      videoId,
      title: { runs: [{ text }], accessibility: { accessibilityData: { label: text } } },
      index: { simpleText: String(index + 1) },
      shortBylineText: { runs: [{ text: 'Mills & Millers' }] },
      thumbnail: { thumbnails: [] },
      thumbnailOverlays: [],
      lengthSeconds: '61',
      lengthText: { simpleText: '1:01' },
      isPlayable: true,
      navigationEndpoint: { watchEndpoint: { videoId } },
    },
  })),
  ...(token
    ? [
        {
          continuationItemRenderer: {
            trigger: 'CONTINUATION_TRIGGER_ON_ITEM_SHOWN',
            continuationEndpoint: {
              commandMetadata: {
                webCommandMetadata: { sendPost: true, apiUrl: '/youtubei/v1/browse' },
              },
              continuationCommand: { token, request: 'CONTINUATION_REQUEST_TYPE_BROWSE' },
            },
          },
        },
      ]
    : []),
];

export type PlayedYoutube = Awaited<ReturnType<typeof playYoutube>>;

/** A YouTube on this machine; what it answers can be changed at any time. */
export async function playYoutube() {
  const played: { player: Reply; captions: Reply; browse: Reply[] } = {
    player: sendsJson(player.refusing('ERROR', 'Video unavailable')),
    captions: captionsAsAsked,
    browse: [],
  };
  const server = await playSource((path) => {
    if (path.endsWith('/player')) return played.player;
    if (path.endsWith('/browse')) return played.browse.shift() ?? sendsJson({}, 404);
    return played.captions;
  });
  return Object.assign(played, server);
}

/**
 * The real source of captions, but for the addresses: it reaches this machine, and nothing else.
 *
 * @param limits `ytDlpPath` is a program that plays yt-dlp; without it there is none
 */
export function captionsFrom(
  { origin }: { origin: string },
  { timeoutMs = 20_000, maxBytes = 1_000_000, ytDlpPath = '/nowhere/yt-dlp' } = {},
): CaptionSource {
  const publicFetch = createPublicFetch({ timeoutMs, maxBytes, isAllowed: isThisMachine });
  return createCaptionSource({
    ytDlp: { path: ytDlpPath, env: process.env },
    publicFetch,
    timeoutMs,
    maxBytes,
    youtubeOrigin: origin,
  });
}

export const isThisMachine = (address: string): boolean => address === '127.0.0.1';
