import { QUESTION_SHARE } from './ranking.ts';
import type { Sentence } from './sentences.ts';

/** Shorter ones, in terms, say too little to stand for others. */
const FEWEST_TERMS = 4;

/**
 * Chooses sentences that stand for all of them: from each of `count` equal stretches the one whose
 * terms are the most frequent ones, where a term counts less for each time that it was chosen
 * (SumBasic, in Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005).
 *
 * @param sentences in the order in which they were said
 * @param terms those of each sentence
 */
export function chooseRepresentative(
  sentences: readonly Sentence[],
  terms: readonly ReadonlyMap<string, number>[],
  count: number,
): Sentence[] {
  const weights = frequencies(terms);
  const places = sentences.map((_, place) => place).filter((place) => sizeOf(place) > 0);
  const full = places.filter((place) => sizeOf(place) >= FEWEST_TERMS);
  const candidates = full.length > 0 ? full : places;
  const chosen: Sentence[] = [];
  for (let stretch = 0; stretch < count; stretch++) {
    const from = Math.floor((stretch * candidates.length) / count);
    const to = Math.floor(((stretch + 1) * candidates.length) / count);
    const [best] = candidates.slice(from, to).toSorted((a, b) => scoreOf(b) - scoreOf(a));
    const sentence = best === undefined ? undefined : sentences[best];
    if (best === undefined || !sentence) continue;
    if (!chosen.some(({ text }) => text === sentence.text)) chosen.push(sentence);
    for (const term of terms[best]?.keys() ?? []) weights.set(term, (weights.get(term) ?? 0) ** 2);
  }
  return chosen;

  function sizeOf(place: number): number {
    return terms[place]?.size ?? 0;
  }

  function scoreOf(place: number): number {
    let sum = 0;
    for (const term of terms[place]?.keys() ?? []) sum += weights.get(term) ?? 0;
    const asks = sentences[place]?.text.endsWith('?') ?? false;
    return ((asks ? QUESTION_SHARE : 1) * sum) / sizeOf(place);
  }
}

/** The share of each term in all that was said. */
function frequencies(terms: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const counts = new Map<string, number>();
  let total = 0;
  for (const [term, count] of terms.flatMap((found) => [...found])) {
    counts.set(term, (counts.get(term) ?? 0) + count);
    total += count;
  }
  return new Map([...counts].map(([term, count]) => [term, count / total]));
}
