import { cleanSpeaker } from '../speakers.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { decodeEntities, encodeEntities } from './entities.ts';
import type { Turn } from './labels.ts';

// Single characters between the parts, and classes that exclude the brackets: without them a
// crafted cue would make these search in quadratic time.
const VOICE = /<v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>|<\/v>/gi;
// Tags begin with a letter or a class; a time is that of the words behind it. `<3` is text.
const TAGS = /<(?:\/?[a-z.][^<>]*|\/|[\d:.,\s]*)>/gi;

/** The plain text of markup: no tags, no times of words, no blank lines, and entities decoded. */
export const withoutMarkup = (markup: string): string =>
  // Most words have nothing to be taken out, and a file may have many.
  /[<&\n]/.test(markup)
    ? withoutBlankLines(decodeEntities(markup.replace(TAGS, '')))
    : markup.trim();

/** The tag that says who speaks at the end of a piece of markup, or nothing where none does. */
export const lastVoice = (markup: string): string => markup.match(VOICE)?.at(-1) ?? '';

/** What one voice says, as plain text and as it is written. */
export type VoiceTurn = Turn & { markup: string };

/**
 * Cuts the text of a WebVTT cue at its voices (`<v Name>`), and makes plain text of each part. A
 * cue has at least one turn, which may be empty.
 */
export function* splitVoices(markup: string): Generator<VoiceTurn> {
  let empty = true;
  let speaker: string | null = null;
  let from = 0;
  for (const match of markup.matchAll(VOICE)) {
    const part = markup.slice(from, match.index);
    const text = withoutMarkup(part);
    if (text !== '') {
      empty = false;
      yield { speaker, text, markup: part };
    }
    speaker = cleanSpeaker(decodeEntities(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  const part = markup.slice(from);
  const text = withoutMarkup(part);
  if (text !== '' || empty) yield { speaker, text, markup: part };
}

/** The text of a cue with the voice that speaks it; the counterpart of {@link splitVoices}. */
export const withVoice = ({ speaker, text }: Turn): string => {
  const body = encodeEntities(withoutBlankLines(text));
  const name = cleanSpeaker(speaker);
  return name === null ? body : `<v ${encodeEntities(name)}>${body}`;
};
