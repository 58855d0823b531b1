import { setImmediate } from 'node:timers/promises';
import type { CarriedCitation } from '../repositories/citation-anchors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Segment } from '../schemas/segments.ts';
import { createAnchorer, type QuotationAnchor } from '../transcripts/anchoring.ts';

/** Citations that are looked for at a time: each may take 10 ms, and others wait meanwhile. */
const PAGE = 20;

/** Where citations are in a revision. */
export type PreparedAnchors = {
  /** By the ids of those citations that were there when this was prepared. */
  found: Map<string, QuotationAnchor>;
  /** Finds another one. */
  find(citation: CarriedCitation): QuotationAnchor;
};

/** Nothing is found before the first citation is looked for, as many transcripts are never cited. */
export function anchorsIn(segments: readonly Segment[]): PreparedAnchors {
  let anchorOf: ReturnType<typeof createAnchorer> | undefined;
  return {
    found: new Map(),
    find(citation) {
      anchorOf ??= createAnchorer(segments);
      return anchorOf(citation);
    },
  };
}

/**
 * Finds what was cited of other revisions in the one that is to become the current one. To be
 * called before the transaction, which keeps answers waiting.
 *
 * @param number of the revision; undefined when it is yet to be stored
 * @param segments of the revision, in order
 */
export async function prepareAnchors(
  { citationAnchors }: Repositories,
  userId: string,
  transcriptId: string,
  number: number | undefined,
  segments: readonly Segment[],
): Promise<PreparedAnchors> {
  const anchors = anchorsIn(segments);
  const outdated = (after?: string) =>
    citationAnchors.listOutdated(userId, transcriptId, number, PAGE, { after });
  for (let page = await outdated(); page.length > 0; page = await outdated(page.at(-1)?.id)) {
    for (const citation of page) anchors.found.set(citation.id, anchors.find(citation));
    await setImmediate();
  }
  return anchors;
}
