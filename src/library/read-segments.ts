import type { Repositories } from '../repositories/index.ts';
import type { Segment } from '../schemas/segments.ts';

/** Segments that are read at a time. */
const PAGE = 5_000;

/**
 * All segments of one revision of a transcript, in order.
 *
 * @param number of the revision
 */
export async function readSegments(
  { segments }: Repositories,
  userId: string,
  transcriptId: string,
  number: number,
): Promise<Segment[]> {
  const all: Segment[] = [];
  let cursor: string | undefined;
  do {
    const page = await segments.listByTranscript(
      userId,
      transcriptId,
      { limit: PAGE, cursor },
      number,
    );
    for (const { startMs, endMs, speaker, text, words, confidence, recognition } of page.data) {
      all.push({ startMs, endMs, speaker, text, words, confidence, recognition });
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}
