/** The text search configurations that PostgreSQL 15 brings, by ISO 639-1 code. */
const CONFIGURATIONS: Record<string, string> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/** Lower-cased words without accents: for every language that PostgreSQL has no stemmer for. */
const SIMPLE = 'public.parley_simple';

/**
 * The text search configuration for a language.
 *
 * @param language a BCP 47 tag such as `en` or `pt-BR`
 */
export function searchConfigFor(language: string): string {
  const [primary = ''] = language.toLowerCase().split(/[-_]/);
  return CONFIGURATIONS[primary] ?? SIMPLE;
}
