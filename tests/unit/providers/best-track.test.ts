import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { chooseTrack } from '../../../src/providers/captions/best-track.ts';
import type { CaptionTrack } from '../../../src/providers/captions/video-catalogue.ts';

/** A track as `en manual`. */
const track = (text: string): CaptionTrack => {
  const [language = '', trackKind = ''] = text.split(' ');
  return { language, trackKind: trackKind as CaptionTrack['trackKind'], urls: {} };
};
const nameOf = ({ language, trackKind }: CaptionTrack) => `${language} ${trackKind}`;

const choose = (
  tracks: string[],
  languages: string[],
  { originalLanguage = null as string | null, orElseOriginal = false } = {},
) =>
  nameOf(
    chooseTrack({ tracks: tracks.map(track), originalLanguage }, { languages, orElseOriginal }),
  );

describe('choosing a track', () => {
  it.each<[string, string[], string[], string]>([
    ['the wanted language', ['de manual', 'en asr'], ['en'], 'en asr'],
    ['the first wanted one', ['de manual', 'en manual'], ['en', 'de'], 'en manual'],
    ['manual before asr', ['en asr', 'en manual'], ['en'], 'en manual'],
    ['language before kind', ['en asr', 'de manual'], ['en', 'de'], 'en asr'],
    ['the original before a translation', ['de translated', 'en asr'], ['de', 'en'], 'en asr'],
    ['a translation where nothing else fits', ['en asr', 'de translated'], ['de'], 'de translated'],
    ['the very tag before a relative', ['en-GB manual', 'en manual'], ['en'], 'en manual'],
    ['a relative where that is all', ['en-GB manual', 'de asr'], ['en'], 'en-GB manual'],
    ['a relative the other way round', ['zh asr', 'de asr'], ['zh-Hans'], 'zh asr'],
    ['tags in other spellings', ['pt-BR asr', 'pt-PT asr'], ['pt_pt'], 'pt-PT asr'],
    ['the first of equals', ['en manual', 'en manual'], ['en'], 'en manual'],
  ])('takes %s', (_, tracks, languages, expected) => {
    expect(choose(tracks, languages)).toBe(expected);
  });

  it.each<[string, string[], string | null, string]>([
    ['the default language', ['de asr', 'en manual'], 'de', 'en manual'],
    ['what is spoken', ['fr manual', 'de asr', 'en translated'], 'de', 'de asr'],
    ['what a person wrote of it', ['de asr', 'de manual', 'fr manual'], 'de', 'de manual'],
    ['anything, if that is not known', ['fr asr', 'it manual'], null, 'it manual'],
  ])('takes %s where no language was asked for', (_, tracks, originalLanguage, expected) => {
    expect(choose(tracks, ['en'], { originalLanguage, orElseOriginal: true })).toBe(expected);
  });

  it('says what was asked for and what there is where nothing fits', () => {
    const tracks = ['en manual', 'de asr', 'it translated'].map(track);
    const wanted = { languages: ['fr', 'es'], orElseOriginal: false };
    try {
      chooseTrack({ tracks, originalLanguage: 'de' }, wanted);
      expect.fail('a track was chosen');
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'captions_unavailable',
        message: 'The video has no captions in fr, es. It has en (manual), de (asr).',
        captions: {
          requested: ['fr', 'es'],
          available: [
            { language: 'en', trackKind: 'manual' },
            { language: 'de', trackKind: 'asr' },
          ],
        },
      });
    }
  });

  it('never takes a translation that nobody asked for', () => {
    expect(() =>
      choose(['en translated'], ['en'], { originalLanguage: 'de', orElseOriginal: true }),
    ).toThrow('no captions');
  });
});

const language = fc.constantFrom<string>('en', 'en-GB', 'de', 'fr', 'zh-Hans');
const kind = fc.constantFrom('manual', 'asr', 'translated');
const tracks = fc.array(fc.tuple(language, kind).map(([tag, of]) => `${tag} ${of}`));
const languages = fc.uniqueArray(language, { minLength: 1 });

/** What was chosen, or nothing. */
const tried = (...args: Parameters<typeof choose>) => {
  try {
    return choose(...args);
  } catch {
    return undefined;
  }
};

describe('whatever the tracks', () => {
  const any = fc.tuple(tracks, languages, fc.option(language), fc.boolean());

  it('one of them is chosen, and the same in any order', () => {
    fc.assert(
      fc.property(any, ([list, wanted, originalLanguage, orElseOriginal]) => {
        const options = { originalLanguage, orElseOriginal };
        const chosen = tried(list, wanted, options);
        if (chosen !== undefined) expect(list).toContain(chosen);
        const mirrored = tried(list.toReversed(), wanted, options);
        // Two of one kind in related languages have nothing but their places to choose by.
        if (wanted.includes(chosen?.split(' ')[0] ?? '')) expect(mirrored).toBe(chosen);
        expect(mirrored === undefined).toBe(chosen === undefined);
      }),
    );
  });

  it('no better one of the same language is passed over', () => {
    fc.assert(
      fc.property(any, ([list, wanted, originalLanguage, orElseOriginal]) => {
        const chosen = tried(list, wanted, { originalLanguage, orElseOriginal }) ?? '';
        const [tag, of] = chosen.split(' ');
        if (of === 'asr') expect(list).not.toContain(`${tag} manual`);
        if (of !== 'translated') return;
        expect(orElseOriginal).toBe(false);
        expect(list).not.toContain(`${tag} manual`);
        expect(list).not.toContain(`${tag} asr`);
        for (const other of wanted) expect(list).not.toContain(`${other} manual`);
      }),
    );
  });

  it('a track of a wanted language is always found', () => {
    fc.assert(
      fc.property(tracks, languages, (list, wanted) => {
        const there = list.some((text) => wanted.includes(text.split(' ')[0] ?? ''));
        if (there) expect(tried(list, wanted)).toBeDefined();
      }),
    );
  });
});
