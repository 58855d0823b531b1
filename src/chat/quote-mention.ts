import type { Repositories } from '../repositories/index.ts';
import { placeWords } from '../transcripts/place-words.ts';
import { clock } from './clock.ts';
import { locateMoment, passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import type { PlacedPassage } from './read-places.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** Longer sentences are not quoted as a whole, in words. */
const MOST_WORDS = 60;

/**
 * The sentence at a place that holds a phrase; without a phrase, the first one there. Where it is
 * no sentence, because there are no full stops or they are too far away, its segments are.
 */
export async function findMention(
  { searchIndex }: Repositories,
  { passage, from }: PlacedPassage,
  phrase: string,
): Promise<Sentence | undefined> {
  const segments = segmentsFrom(passage, from);
  const end = segments[0]?.to ?? from;
  const candidates = [
    // What is said further on is another mention, perhaps somebody else's.
    ...splitSentences(passage).filter((sentence) => sentence.to > from && sentence.from < end),
    ...segments,
  ];
  const texts = candidates.map(({ text }) => text);
  const { searchConfig } = passage;
  const [asked, ...held] = await searchIndex.analyzeTexts(searchConfig, [phrase, ...texts]);
  const terms = [...(asked?.keys() ?? [])];
  const words = placeWords(phrase).map(({ word }) => word);
  return (
    candidates.find(({ text }, place) => {
      if (terms.length > 0) return terms.every((term) => held[place]?.has(term));
      // A phrase of stop words, which have no terms.
      const said = new Set(placeWords(text).map(({ word }) => word));
      return words.every((word) => said.has(word));
    }) ?? candidates.at(-1)
  );
}

/** The segment that begins at `from`, then with the next one, and so on. */
function segmentsFrom(passage: CitablePassage, from: number): Sentence[] {
  const text = passageText(passage);
  const found: Sentence[] = [];
  let start = 0;
  for (const { speaker, text: said } of passage.segments) {
    const to = start + said.length;
    if (start >= from) found.push({ passage, speaker, text: text.slice(from, to), from, to });
    start = to + 1;
  }
  return found;
}

/** A sentence as an answer quotes it, with its citation: `“…” [s1:0-40]`. */
export function quote({ passage, text, from }: Sentence): string {
  const end = text.split(' ', MOST_WORDS).join(' ').length;
  return `“${text.slice(0, end)}” [${passage.id}:${from}-${from + end}]`;
}

/** When a sentence is said, and in which recording where there are several: ` at 4:07 in Interview`. */
export function whereSaid({ passage, from, to }: Sentence, transcripts: number): string {
  const { startMs } = locateMoment(passage, from, to);
  const at = startMs === null ? '' : ` at ${clock(startMs)}`;
  // Marks or brackets of its own would be taken for a quote or an id.
  const title = passage.title?.replace(/[[\]“”"\s]+/g, ' ').trim();
  return transcripts > 1 && title ? `${at} in ${title}` : at;
}
