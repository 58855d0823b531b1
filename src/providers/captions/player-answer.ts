import { AppError } from '../../errors.ts';
import { CAPTION_FORMATS } from '../captions.ts';
import { chaptersIn } from './description-chapters.ts';
import { languageOf, listOf, numberOf, recordOf, textOf } from './json-values.ts';
import { refusalOf } from './refusals.ts';
import type { CaptionTrack, VideoListing } from './video-catalogue.ts';

/**
 * Reads what YouTube's player endpoint answers.
 *
 * @throws AppError for what cannot be watched, `source_blocked` when it answers with another video
 * (its way to turn clients away), and `source_unreadable`
 */
export function readPlayerAnswer(answer: unknown, youtubeVideoId: string): VideoListing {
  const { playabilityStatus, videoDetails, captions, microformat } = recordOf(answer);
  const { status, reason, messages, errorScreen } = recordOf(playabilityStatus);
  if (typeof status !== 'string') {
    throw new AppError('source_unreadable', 'YouTube did not say whether the video can be played.');
  }
  const words = [reason, ...listOf(messages), subreasonOf(errorScreen)];
  const refusal = refusalOf(status, words.filter((text) => typeof text === 'string').join(' '));
  if (refusal) throw refusal;
  const details = recordOf(videoDetails);
  if (details.videoId !== youtubeVideoId) {
    throw new AppError('source_blocked', 'YouTube answered with another video.');
  }
  const { publishDate, uploadDate } = recordOf(recordOf(microformat).playerMicroformatRenderer);
  const published = new Date(String(publishDate ?? uploadDate));
  const description = textOf(details.shortDescription, 20_000);
  const list = recordOf(recordOf(captions).playerCaptionsTracklistRenderer);
  return {
    video: {
      title: textOf(details.title, 500),
      channelName: textOf(details.author, 255),
      durationSeconds: Math.round(numberOf(details.lengthSeconds) ?? 0) || null,
      publishedAt: Number.isNaN(published.getTime()) ? null : published,
      description,
      // The player carries them nowhere else.
      chapters: chaptersIn(description ?? ''),
    },
    ...readTracks(list),
  };
}

function subreasonOf(errorScreen: unknown): string {
  const { reason, subreason } = recordOf(recordOf(errorScreen).playerErrorMessageRenderer);
  return [reason, subreason].map(runsOf).join(' ');
}

function runsOf(text: unknown): string {
  const { simpleText, runs } = recordOf(text);
  return [simpleText, ...listOf(runs).map((run) => recordOf(run).text)].join('');
}

type Track = CaptionTrack & { baseUrl: string; translatable: boolean };

function readTracks(list: Record<string, unknown>): Omit<VideoListing, 'video'> {
  const originals = listOf(list.captionTracks).flatMap((value): Track[] => {
    const { baseUrl, languageCode, kind, isTranslatable } = recordOf(value);
    const language = languageOf(languageCode);
    if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl) || language === null) return [];
    const trackKind = kind === 'asr' ? 'asr' : 'manual';
    const translatable = isTranslatable === true;
    return [{ language, trackKind, urls: urlsOf(baseUrl), baseUrl, translatable }];
  });
  // The machine hears what is spoken; where it heard nothing, the language is not known.
  const heard = originals.find(({ trackKind }) => trackKind === 'asr');
  const source =
    originals.find((track) => track.translatable && track.language === heard?.language) ??
    originals.find((track) => track.translatable);
  const translations = listOf(list.translationLanguages).flatMap((value): CaptionTrack[] => {
    const language = languageOf(recordOf(value).languageCode);
    if (!source || language === null) return [];
    return [{ language, trackKind: 'translated', urls: urlsOf(source.baseUrl, language) }];
  });
  const tracks = originals.map(({ language, trackKind, urls }) => ({ language, trackKind, urls }));
  return { originalLanguage: heard?.language ?? null, tracks: [...tracks, ...translations] };
}

function urlsOf(baseUrl: string, translatedTo?: string): CaptionTrack['urls'] {
  const entries = CAPTION_FORMATS.map((format) => {
    const url = new URL(baseUrl);
    url.searchParams.set('fmt', format);
    if (translatedTo) url.searchParams.set('tlang', translatedTo);
    return [format, url.href];
  });
  return Object.fromEntries(entries);
}
