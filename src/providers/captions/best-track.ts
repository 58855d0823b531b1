import { AppError } from '../../errors.ts';
import type { CaptionRequest } from '../captions.ts';
import type { CaptionTrack, VideoListing } from './video-catalogue.ts';

const KINDS = ['manual', 'asr', 'translated'] as const;

const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
const sameTag = (a: string, b: string): boolean =>
  a.toLowerCase().replaceAll('_', '-') === b.toLowerCase().replaceAll('_', '-');

/** The place of a language among those that are wanted; the very tag goes before a relative of it. */
const place = (language: string, wanted: readonly string[]): number => {
  const exact = wanted.findIndex((tag) => sameTag(tag, language));
  const related = wanted.findIndex((tag) => primary(tag) === primary(language));
  if (related === -1) return Number.POSITIVE_INFINITY;
  return exact === related ? 2 * exact : 2 * related + 1;
};

type Rank = readonly number[];

const before = (a: Rank, b: Rank): boolean => {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index !== -1 && (a[index] ?? 0) < (b[index] ?? 0);
};

/**
 * Chooses a track: what was said before what a machine made of it in another language, then the
 * wanted languages in their order (with `orElseOriginal` the spoken one, then any, after them),
 * then what a person wrote before what a machine heard, then the order of the list. `en` is met by
 * `en-GB` and the other way round.
 *
 * @throws AppError `captions_unavailable` with what was asked for and the tracks there are
 */
export const chooseTrack = (
  { tracks, originalLanguage }: Pick<VideoListing, 'tracks' | 'originalLanguage'>,
  { languages, orElseOriginal }: Pick<CaptionRequest, 'languages' | 'orElseOriginal'>,
): CaptionTrack => {
  const wanted =
    orElseOriginal && originalLanguage !== null ? [...languages, originalLanguage] : languages;
  const rankOf = ({ language, trackKind }: CaptionTrack): Rank => [
    trackKind === 'translated' ? 1 : 0,
    place(language, wanted),
    KINDS.indexOf(trackKind),
  ];
  const fits = ({ language, trackKind }: CaptionTrack): boolean =>
    orElseOriginal ? trackKind !== 'translated' : place(language, wanted) !== Infinity;
  const [first, ...others] = tracks.filter(fits);
  if (!first) throw noneFits(languages, tracks);
  return others.reduce(
    (best, track) => (before(rankOf(track), rankOf(best)) ? track : best),
    first,
  );
};

const noneFits = (languages: readonly string[], tracks: readonly CaptionTrack[]): AppError => {
  // A hundred languages into which a machine would translate are no help to choose by.
  const available = tracks
    .filter(({ trackKind }) => trackKind !== 'translated')
    .map(({ language, trackKind }) => ({ language, trackKind }));
  const there = available.map(({ language, trackKind }) => `${language} (${trackKind})`);
  return new AppError(
    'captions_unavailable',
    there.length === 0
      ? 'The video has no captions.'
      : `The video has no captions in ${languages.join(', ')}. It has ${there.join(', ')}.`,
    { captions: { requested: [...languages], available } },
  );
};
