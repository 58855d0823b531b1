import { cleanSpeaker } from '../speakers.ts';
import { decodeEntities, encodeEntities } from './entities.ts';
import type { Turn } from './labels.ts';
import { withoutBlankLines } from './lines.ts';

// Single characters between the parts, and classes that exclude the brackets: without them a
// crafted cue would make these search in quadratic time.
const VOICE = /<v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>|<\/v>/gi;
// Tags begin with a letter or a class; a time is that of the words behind it. `<3` is text.
const TAGS = /<(?:\/?[a-z.][^<>]*|\/|[\d:.,\s]*)>/gi;

const toText = (markup: string): string =>
  withoutBlankLines(decodeEntities(markup.replace(TAGS, '')));

/**
 * Cuts the text of a WebVTT cue at its voices (`<v Name>`), and makes plain text of each part: tags
 * and the times of words are dropped, entities decoded. A cue has at least one turn, which may
 * be empty.
 */
export const splitVoices = (markup: string): Turn[] => {
  const turns: Turn[] = [];
  let speaker: string | null = null;
  let from = 0;
  for (const match of markup.matchAll(VOICE)) {
    const text = toText(markup.slice(from, match.index));
    if (text !== '') turns.push({ speaker, text });
    speaker = cleanSpeaker(decodeEntities(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  const rest = toText(markup.slice(from));
  if (rest !== '' || turns.length === 0) turns.push({ speaker, text: rest });
  return turns;
};

/** The text of a cue with the voice that speaks it; the counterpart of {@link splitVoices}. */
export const withVoice = ({ speaker, text }: Turn): string => {
  const body = encodeEntities(withoutBlankLines(text));
  const name = cleanSpeaker(speaker);
  return name === null ? body : `<v ${encodeEntities(name)}>${body}`;
};
