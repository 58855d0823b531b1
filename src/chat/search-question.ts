import type { ModelTurn } from '../providers/language-models.ts';
import { placeWords } from '../transcripts/place-words.ts';

/** Words that point at what was spoken of before. */
const POINTING = new Set(
  (
    'it its he him his she her hers they them their theirs this that these those there then one ones ' +
    'former latter other others another else same both neither such first second third ' +
    'er sie es ihm ihr ihn ihnen dies diese dieser dieses das dazu davon darüber dort ' +
    'il elle ils elles lui leur cela ça celui celle ceux y en ' +
    'él ella ellos ellas eso esto ese esa aquello ahí'
  ).split(' '),
);

/** Words that say nothing about what is asked for. */
const EMPTY = new Set(
  (
    'a an the and or but so also what which who whom whose when where why how about did do does is are was ' +
    'were be been being has have had can could would should will may might in on at of to for from with by ' +
    'as into than too very more most any some all not no yes please tell me us we i you your my our say said ' +
    'says mean meant exactly really again ' +
    'und oder aber was wer wo wann warum wie der die das den dem ein eine ist sind war hat haben mit von zu ' +
    'et ou mais que qui quoi où quand pourquoi comment le la les un une des est sont était a avec de du ' +
    'y o pero qué quién dónde cuándo cómo el los las uno una es son era ha con de'
  ).split(' '),
);

/** What begins with these goes on from what was said. */
const GOES_ON = /^\s*(?:and|but|or|so|what about|how about|und|aber|et|mais|y|pero|¿y)(?!\p{L})/iu;

/** A question with more words of its own than this is understood by itself. */
const ENOUGH_WORDS = 4;

/** How many questions are gone back, for one that says what all are about. */
const MOST_BACK = 3;

/**
 * What is searched for. A question that goes on from the one before it (“And why did she?”) is
 * searched for together with that one, where it has few words of its own: it begins like one that
 * goes on, points at something, or has no word that means something.
 *
 * @param history the oldest first
 */
export function searchQuestion(content: string, history: readonly ModelTurn[]): string {
  const asked = history.filter(({ role }) => role === 'user').map((turn) => turn.content);
  const parts = [content];
  for (const earlier of asked.toReversed().slice(0, MOST_BACK)) {
    if (!goesOn(parts[0] ?? '')) break;
    parts.unshift(earlier);
  }
  return parts.toReversed().join(' ');
}

function goesOn(question: string): boolean {
  const words = placeWords(question).map(({ word }) => word);
  const own = words.filter((word) => !EMPTY.has(word) && !POINTING.has(word));
  if (own.length === 0) return true;
  if (own.length > ENOUGH_WORDS) return false;
  return GOES_ON.test(question) || words.some((word) => POINTING.has(word));
}
