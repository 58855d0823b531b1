import type { TranscriptRevision } from '../db/schema/index.ts';
import type { NewAnchor } from '../repositories/citation-anchors.ts';
import type { Repositories } from '../repositories/index.ts';
import { slicesOf } from '../repositories/slices.ts';
import type { Segment } from '../schemas/segments.ts';
import type { QuotationAnchor } from '../transcripts/anchoring.ts';
import { anchorsIn, type PreparedAnchors } from './prepare-anchors.ts';

/** Citations that are read or written at a time. */
const PAGE = 500;

type CarriedTo = Pick<TranscriptRevision, 'transcriptId' | 'number'>;

/**
 * Notes where what was cited from other revisions of a transcript is in the one that becomes the
 * current one. Whoever stores a citation meanwhile waits for this: the foreign key of a citation
 * needs the row of the transcript, which is locked here.
 *
 * @param repositories of the transaction that changes the current revision
 * @param anchors where they are; those that came since these were prepared are looked for here
 */
export async function carryCitations(
  repositories: Repositories,
  userId: string,
  revision: CarriedTo,
  anchors: PreparedAnchors,
): Promise<void> {
  const { citationAnchors, transcripts } = repositories;
  const { transcriptId, number } = revision;
  await transcripts.lock(userId, transcriptId, 'citations');
  await citationAnchors.keepCited(userId, transcriptId);
  await citationAnchors.clear(userId, transcriptId);
  for (const batch of slicesOf([...anchors.found], PAGE)) {
    const rows = batch.map(([id, anchor]) => toRow(id, number, anchor));
    await citationAnchors.create(userId, transcriptId, rows);
  }
  await carry(repositories, userId, revision, anchors);
}

/**
 * The same for the citations of one message that was stored after its transcript was revised. They
 * themselves keep the transcript from being revised until the transaction ends.
 *
 * @param segments of the revision, in order
 */
export async function carryMessage(
  repositories: Repositories,
  userId: string,
  messageId: string,
  revision: CarriedTo,
  segments: readonly Segment[],
): Promise<void> {
  await carry(repositories, userId, revision, anchorsIn(segments), messageId);
}

/** Looks for the citations that have no anchor yet. */
async function carry(
  { citationAnchors }: Repositories,
  userId: string,
  { transcriptId, number }: CarriedTo,
  anchors: PreparedAnchors,
  messageId?: string,
): Promise<void> {
  const missing = (after?: string) =>
    citationAnchors.listOutdated(userId, transcriptId, number, PAGE, {
      messageId,
      after,
      withoutAnchor: true,
    });
  for (let page = await missing(); page.length > 0; page = await missing(page.at(-1)?.id)) {
    const rows = page.map((citation) => toRow(citation.id, number, anchors.find(citation)));
    await citationAnchors.create(userId, transcriptId, rows);
  }
}

const NOWHERE = { firstSegment: null, lastSegment: null, startMs: null, endMs: null };

function toRow(citationId: string, revision: number, anchor: QuotationAnchor): NewAnchor {
  return { citationId, revision, ...NOWHERE, ...anchor };
}
