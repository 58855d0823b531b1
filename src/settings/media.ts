import { join } from 'node:path';
import { Type } from 'typebox';
import { Milliseconds } from './milliseconds.ts';

/** Where recordings are stored, how large they may be, and what works on them. */
export const mediaSettings = {
  MEDIA_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Folder of stored recordings. Default: `media` in PARLEY_DATA_DIR.',
    }),
  ),
  MEDIA_UPLOAD_LIMIT_BYTES: Type.Integer({
    minimum: 1,
    default: 2_147_483_648,
    description: 'Largest recording.',
  }),
  MEDIA_UPLOAD_TIMEOUT_MS: Milliseconds(3_600_000, 'Limit of sending a recording.'),
  MEDIA_DOWNLOAD_TIMEOUT_MS: Milliseconds(3_600_000, 'Limit of fetching a recording.'),
  FFMPEG_PATH: Type.String({
    minLength: 1,
    default: 'ffmpeg',
    description: 'The ffmpeg that makes audio of recordings; ffprobe is beside it.',
  }),
  FFMPEG_TIMEOUT_MS: Milliseconds(3_600_000, 'Limit of one run of it.'),
};

type MediaFolder = { readonly MEDIA_DIR?: string; readonly PARLEY_DATA_DIR: string };

/** The folder in which recordings are. */
export const mediaFolder = ({ MEDIA_DIR, PARLEY_DATA_DIR }: MediaFolder): string =>
  MEDIA_DIR ?? join(PARLEY_DATA_DIR, 'media');
