import { B, K1 } from '../repositories/bm25.ts';
import { NEIGHBOUR } from '../repositories/lexical-search.ts';
import type { TermFrequencies } from '../repositories/search-index.ts';
import type { Sentence } from './sentences.ts';

export type ScoredSentence = Sentence & {
  score: number;
  /** The share of the question's weight that the sentence and its two neighbours hold, 0 to 1. */
  answered: number;
  terms: Set<string>;
};

/** A question repeats the words of the one that was asked, but its answer is in what follows. */
export const QUESTION_SHARE = 0.1;

/** Below this share of the question's weight, what was found is about something else. */
const ANSWERED_ENOUGH = 0.45;

const MOST_SENTENCES = 3;

/** How far behind the best sentence another one may be and still be quoted. */
const GOOD_ENOUGH = 0.5;

/** Carbonell and Goldstein, "The Use of MMR" (1998): relevance against novelty. */
const RELEVANCE = 0.7;

/**
 * Scores sentences for a question by BM25, with a share of the scores of the sentences around.
 *
 * @param terms the terms of each sentence with their frequencies
 * @param asked the terms of the question
 */
export function scoreSentences(
  sentences: readonly Sentence[],
  terms: readonly Map<string, number>[],
  asked: readonly string[],
  { chunkCount, frequencies }: TermFrequencies,
): ScoredSentence[] {
  const weights = new Map(
    // A word that nobody said weighs like one that was said once: it must not outweigh all others.
    asked.map((term) => [term, idf(chunkCount, frequencies.get(term) ?? 1)] as const),
  );
  const total = sum(weights.values());
  const lengths = terms.map((found) => sum(found.values()));
  const meanLength = sum(lengths) / Math.max(1, lengths.length) || 1;
  const own = terms.map((found, index) => {
    const scale = K1 * (1 - B + (B * (lengths[index] ?? 0)) / meanLength);
    return sum(
      [...weights].map(([term, weight]) => {
        const frequency = found.get(term) ?? 0;
        return (weight * frequency * (K1 + 1)) / (frequency + scale);
      }),
    );
  });
  return sentences.map((sentence, index) => {
    const around = [index - 1, index + 1].filter(
      (other) => sentences[other]?.passage === sentence.passage,
    );
    const held = [index, ...around].flatMap((place) => [...(terms[place]?.keys() ?? [])]);
    const relevance = own[index] ?? 0;
    // Between two that fit, one that shares no word is an aside, unless it answers a question.
    const belongs = relevance > 0 || (around.includes(index - 1) && asks(sentences[index - 1]));
    const neighbours = belongs ? NEIGHBOUR * sum(around.map((place) => own[place] ?? 0)) : 0;
    return {
      ...sentence,
      score: (asks(sentence) ? QUESTION_SHARE : 1) * (relevance + neighbours),
      answered: sum([...new Set(held)].map((term) => weights.get(term) ?? 0)) / (total || 1),
      terms: new Set(terms[index]?.keys()),
    };
  });
}

/**
 * Chooses up to three sentences: the best one, and others that are nearly as good and say
 * something else. None when the best ones hold too little of the question.
 */
export function choose(scored: readonly ScoredSentence[]): ScoredSentence[] {
  const best = Math.max(0, ...scored.map((sentence) => sentence.score));
  const candidates = scored.filter(
    ({ score, answered }) =>
      score > 0 && score >= GOOD_ENOUGH * best && answered >= ANSWERED_ENOUGH,
  );
  const chosen: ScoredSentence[] = [];
  while (chosen.length < MOST_SENTENCES) {
    const [next] = candidates
      .filter((sentence) => !chosen.some(({ text }) => text === sentence.text))
      .map((sentence) => ({ sentence, value: marginalRelevance(sentence, chosen, best) }))
      .sort((a, b) => b.value - a.value);
    if (!next || next.value <= 0) break;
    chosen.push(next.sentence);
  }
  return chosen;
}

function marginalRelevance(
  { score, terms }: ScoredSentence,
  chosen: readonly ScoredSentence[],
  best: number,
): number {
  const likeness = Math.max(0, ...chosen.map((other) => jaccard(terms, other.terms)));
  return RELEVANCE * (score / best) - (1 - RELEVANCE) * likeness;
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const union = a.union(b).size;
  return union === 0 ? 0 : a.intersection(b).size / union;
}

const asks = (sentence: Sentence | undefined) => sentence?.text.endsWith('?') ?? false;

function idf(chunkCount: number, frequency: number): number {
  return Math.log(1 + (chunkCount - frequency + 0.5) / (frequency + 0.5));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
