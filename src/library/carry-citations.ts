import type { TranscriptRevision } from '../db/schema/index.ts';
import type { NewAnchor } from '../repositories/citation-anchors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Segment } from '../schemas/segments.ts';
import { createAnchorer, type QuotationAnchor } from '../transcripts/anchoring.ts';

/** Citations that are read at a time. */
const PAGE = 500;

/**
 * Finds what was cited from other revisions of a transcript in the one that becomes the current one,
 * and notes where it is. Whoever stores a citation meanwhile waits for this: the foreign key of a
 * citation needs the row of the transcript, which is locked here.
 *
 * @param repositories of the transaction that changes the current revision
 * @param segments of the revision, in order
 */
export async function carryCitations(
  repositories: Repositories,
  userId: string,
  revision: CarriedTo,
  segments: readonly Segment[],
): Promise<void> {
  const { citationAnchors, transcripts } = repositories;
  await transcripts.lock(userId, revision.transcriptId, 'citations');
  await citationAnchors.keepCited(userId, revision.transcriptId);
  await citationAnchors.clear(userId, revision.transcriptId);
  await carry(repositories, userId, revision, segments);
}

/**
 * The same for the citations of one message that was stored after its transcript was revised. They
 * themselves keep the transcript from being revised until the transaction ends.
 */
export async function carryMessage(
  repositories: Repositories,
  userId: string,
  messageId: string,
  revision: CarriedTo,
  segments: readonly Segment[],
): Promise<void> {
  await carry(repositories, userId, revision, segments, messageId);
}

type CarriedTo = Pick<TranscriptRevision, 'transcriptId' | 'number'>;

async function carry(
  { citationAnchors }: Repositories,
  userId: string,
  { transcriptId, number }: CarriedTo,
  segments: readonly Segment[],
  messageId?: string,
): Promise<void> {
  const outdated = (after?: string) =>
    citationAnchors.listOutdated(userId, transcriptId, number, PAGE, { messageId, after });
  let page = await outdated();
  if (page.length === 0) return;
  const anchorOf = createAnchorer(segments);
  while (page.length > 0) {
    const anchors = page.map((citation) => toRow(citation.id, number, anchorOf(citation)));
    await citationAnchors.create(userId, transcriptId, anchors);
    page = await outdated(page.at(-1)?.id);
  }
}

const NOWHERE = { firstSegment: null, lastSegment: null, startMs: null, endMs: null };

function toRow(citationId: string, revision: number, anchor: QuotationAnchor): NewAnchor {
  return { citationId, revision, ...NOWHERE, ...anchor };
}
