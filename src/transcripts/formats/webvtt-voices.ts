import { cleanSpeaker } from '../speakers.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { decodeEntities } from './entities.ts';
import type { Turn } from './labels.ts';

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
export function* splitVoices(markup: string): Generator<Turn> {
  let empty = true;
  let speaker: string | null = null;
  let from = 0;
  for (const match of markup.matchAll(VOICE)) {
    const text = toText(markup.slice(from, match.index));
    if (text !== '') {
      empty = false;
      yield { speaker, text };
    }
    speaker = cleanSpeaker(decodeEntities(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  const rest = toText(markup.slice(from));
  if (rest !== '' || empty) yield { speaker, text: rest };
}
