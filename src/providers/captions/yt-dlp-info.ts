import { AppError } from '../../errors.ts';
import { MAX_INTEGER } from '../../schemas/common.ts';
import { CAPTION_FORMATS } from '../captions.ts';
import { languageOf, listOf, numberOf, recordOf, textOf } from './json-values.ts';
import type { CaptionTrack, VideoListing } from './video-catalogue.ts';

/** Reads what `yt-dlp --dump-single-json` says about a video. @throws AppError `source_unreadable` */
export function readVideoInfo(value: unknown): VideoListing {
  const info = recordOf(value);
  if (typeof info.id !== 'string') {
    throw new AppError('source_unreadable', 'yt-dlp did not describe a video.');
  }
  const heard = Object.keys(recordOf(info.automatic_captions)).find((key) => /-orig$/.test(key));
  return {
    video: {
      title: textOf(info.title, 500),
      channelName: textOf(info.channel, 255) ?? textOf(info.uploader, 255),
      durationSeconds: Math.round(numberOf(info.duration) ?? 0) || null,
      publishedAt: publishedAt(info),
      description: textOf(info.description, 20_000),
      chapters: listOf(info.chapters).map(recordOf).flatMap(readChapter).slice(0, 1_000),
    },
    originalLanguage: languageOf(info.language) ?? languageOf(heard?.replace(/-orig$/, '')),
    tracks: [...tracksOf(info.subtitles, true), ...tracksOf(info.automatic_captions, false)],
  };
}

function readChapter({ start_time: start, title: given }: Record<string, unknown>) {
  const startMs = Math.round((numberOf(start) ?? Number.NaN) * 1_000);
  const title = textOf(given, 500);
  return startMs <= MAX_INTEGER && title !== null ? [{ startMs, title }] : [];
}

function publishedAt({ timestamp, upload_date: day }: Record<string, unknown>): Date | null {
  const seconds = numberOf(timestamp);
  const found = /^(\d{4})(\d\d)(\d\d)$/.exec(String(day));
  const text = found ? `${found[1]}-${found[2]}-${found[3]}` : '';
  const date = seconds === null ? new Date(text) : new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The keys carry suffixes (`en-orig`, `de-en`, the name of a track); the addresses do not. */
function tracksOf(value: unknown, manual: boolean): CaptionTrack[] {
  const tracks = new Map<string, CaptionTrack>();
  for (const [key, formats] of Object.entries(recordOf(value))) {
    const urls = urlsOf(formats);
    const [first] = Object.values(urls);
    if (first === undefined) continue;
    const { searchParams } = new URL(first);
    const translated = searchParams.get('tlang');
    const language =
      languageOf(translated) ?? languageOf(searchParams.get('lang')) ?? languageOf(key);
    if (language === null) continue;
    const trackKind = translated !== null ? 'translated' : manual ? 'manual' : 'asr';
    const id = `${language} ${trackKind}`;
    if (!tracks.has(id)) tracks.set(id, { language, trackKind, urls });
  }
  return [...tracks.values()];
}

/** The chat of a live stream, which has none of these formats, is no track. */
function urlsOf(formats: unknown): CaptionTrack['urls'] {
  const known = listOf(formats).map(recordOf);
  const entries = CAPTION_FORMATS.flatMap((format) => {
    const found = known.find(({ ext, url }) => ext === format && URL.canParse(String(url)));
    return found ? [[format, String(found.url)]] : [];
  });
  return Object.fromEntries(entries);
}
