import { type Span, sharedSize, sizeOf } from './words.ts';

/**
 * nDCG of the first `depth` hits, each relevant or not (Järvelin and Kekäläinen 2002).
 *
 * @param relevant whether each hit is, in the order of the ranking
 * @param total how many are relevant in all
 */
export function ndcg(relevant: readonly boolean[], total: number, depth = 10): number {
  if (total === 0) return 0;
  const ideal = gain(Array.from({ length: Math.min(total, depth) }, () => true));
  return gain(relevant.slice(0, depth)) / ideal;
}

function gain(relevant: readonly boolean[]): number {
  return relevant.reduce((sum, hit, rank) => sum + (hit ? 1 / Math.log2(rank + 2) : 0), 0);
}

/** The share of all that is relevant which is among the first `depth` hits. */
export function recall(relevant: readonly boolean[], total: number, depth = 10): number {
  return total === 0 ? 0 : relevant.slice(0, depth).filter(Boolean).length / total;
}

/** One divided by the rank of the first relevant hit; 0 where there is none. */
export function reciprocalRank(relevant: readonly boolean[]): number {
  const first = relevant.indexOf(true);
  return first < 0 ? 0 : 1 / (first + 1);
}

/** A passage of a document, in words. */
export type Passage = Span & { document: string };
export type SpanScores = { recall: number; precision: number; iou: number };

/**
 * How well the gold spans are covered by what fits a context: the passages in the order of the
 * ranking, the last one cut, until there are `budget` words, each counted once.
 */
export function spanScores(
  passages: readonly Passage[],
  gold: readonly Passage[],
  budget = 200,
): SpanScores {
  const context = fill(passages, budget);
  const shared = sum(context, (spans, document) => sharedSize(spans, gold.filter(isOf(document))));
  const read = sum(context, sizeOf);
  const asked = sum(byDocument(gold), sizeOf);
  return {
    recall: asked === 0 ? 0 : shared / asked,
    precision: read === 0 ? 0 : shared / read,
    iou: read + asked === 0 ? 0 : shared / (read + asked - shared),
  };
}

function fill(passages: readonly Passage[], budget: number): Map<string, Passage[]> {
  const taken: Passage[] = [];
  let left = budget;
  for (const passage of passages) {
    if (left <= 0) break;
    const cut = { ...passage, end: Math.min(passage.end, passage.start + left) };
    const known = taken.filter(isOf(passage.document));
    left -= sizeOf([cut]) - sharedSize([cut], known);
    taken.push(cut);
  }
  return byDocument(taken);
}

const isOf = (document: string) => (passage: Passage) => passage.document === document;

function byDocument(passages: readonly Passage[]): Map<string, Passage[]> {
  return Map.groupBy(passages, (passage) => passage.document);
}

function sum<T>(map: Map<string, T>, size: (value: T, key: string) => number): number {
  return [...map].reduce((total, [key, value]) => total + size(value, key), 0);
}

export function mean(values: readonly number[]): number {
  return values.length === 0
    ? 0
    : values.reduce((total, value) => total + value, 0) / values.length;
}
