import type { TranscriptRevision } from '../db/schema/index.ts';
import type { NewAnchor } from '../repositories/citation-anchors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Segment } from '../schemas/segments.ts';
import { createAnchorer, type QuotationAnchor } from '../transcripts/anchoring.ts';

/** Citations that are read at a time. */
const PAGE = 500;

/**
 * Finds what was cited from other revisions of a transcript in the one that is the current one now,
 * and notes where it is. Whoever stores a citation meanwhile waits for this: the foreign key of a
 * citation needs the row of the transcript that is locked here.
 *
 * @param repositories of the transaction that changes the current revision
 * @param segments of the revision, in order
 */
export async function carryCitations(
  repositories: Repositories,
  userId: string,
  { transcriptId, number }: Pick<TranscriptRevision, 'transcriptId' | 'number'>,
  segments: readonly Segment[],
): Promise<void> {
  const { citationAnchors, transcripts } = repositories;
  await transcripts.lock(userId, transcriptId, 'citations');
  const anchors: NewAnchor[] = [];
  let anchorOf: ReturnType<typeof createAnchorer> | undefined;
  let after: string | undefined;
  for (;;) {
    const page = await citationAnchors.listOutdated(userId, transcriptId, number, PAGE, after);
    for (const citation of page) {
      anchorOf ??= createAnchorer(segments);
      anchors.push(toRow(citation.id, number, anchorOf(citation)));
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  await citationAnchors.replace(userId, transcriptId, anchors);
}

const NOWHERE = { firstSegment: null, lastSegment: null, startMs: null, endMs: null };

function toRow(citationId: string, revision: number, anchor: QuotationAnchor): NewAnchor {
  return { citationId, revision, ...NOWHERE, ...anchor };
}
