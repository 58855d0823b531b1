import { Type } from 'typebox';
import { Milliseconds } from './milliseconds.ts';

/** How transcripts are fetched and cut. */
export const importSettings = {
  YT_DLP_PATH: Type.String({
    minLength: 1,
    default: 'yt-dlp',
    description: 'The yt-dlp that finds captions of videos. Where there is none: youtubei.js.',
  }),
  FETCH_TIMEOUT_MS: Milliseconds(30_000, 'Limit of fetching what a link leads to.'),
  ALLOW_URL_IMPORT: Type.Boolean({
    default: false,
    description: 'Fetch transcripts from any public URL, not from YouTube alone.',
  }),
  CHUNK_WORDS: Type.Integer({
    minimum: 20,
    maximum: 400,
    default: 80,
    description: 'Words in a chunk, about. Holds for new imports.',
  }),
  DEFAULT_LANGUAGE: Type.String({
    default: 'en',
    description: 'Language of transcripts that name none.',
  }),
};
