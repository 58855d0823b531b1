import { type Span, sharedSize, sizeOf } from './words.ts';

/** What a chunk must hold of a gold span to be relevant. */
const SHARE_OF_GOLD = 0.25;
/** How much of a chunk must be gold to be relevant, in sets whose spans are far longer than chunks. */
const SHARE_OF_CHUNK = 0.5;

/** Whether a chunk answers a question; all in words of one document. */
export function isRelevant(chunk: Span, gold: readonly Span[], halfGoldCounts: boolean): boolean {
  if (halfGoldCounts) {
    const shared = sharedSize([chunk], gold);
    return (
      shared > 0 &&
      (shared >= SHARE_OF_GOLD * sizeOf(gold) || shared >= SHARE_OF_CHUNK * sizeOf([chunk]))
    );
  }
  return gold.some((span) => sharedSize([chunk], [span]) >= SHARE_OF_GOLD * sizeOf([span]));
}
