import type { Repositories } from '../repositories/index.ts';
import { placeWords } from '../transcripts/place-words.ts';
import { clock } from './clock.ts';
import { locateMoment } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** Longer sentences are not quoted as a whole, in words. */
const MOST_WORDS = 60;

/** The first sentence of a passage that holds a phrase; without a phrase, the first of all. */
export async function findMention(
  { searchIndex }: Repositories,
  passage: CitablePassage,
  phrase: string,
): Promise<Sentence | undefined> {
  const sentences = splitSentences(passage);
  const texts = sentences.map(({ text }) => text);
  const [asked = new Map(), ...held] = await searchIndex.analyzeTexts(passage.searchConfig, [
    phrase,
    ...texts,
  ]);
  const terms = [...asked.keys()];
  const words = placeWords(phrase).map(({ word }) => word);
  const index = sentences.findIndex(({ text }, place) => {
    if (terms.length > 0) return terms.every((term) => held[place]?.has(term));
    // A phrase of stop words, which have no terms.
    const said = new Set(placeWords(text).map(({ word }) => word));
    return words.every((word) => said.has(word));
  });
  return sentences[Math.max(index, 0)];
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
