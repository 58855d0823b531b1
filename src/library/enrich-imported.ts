import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import { addRevision } from './add-revision.ts';
import type { ImportDependencies, ImportResult } from './import-transcript.ts';
import { segmentDetails } from './segment-details.ts';

/**
 * Keeps what a file knows beyond the same content that is there already, such as the times of words:
 * as a revision, which becomes the current one unless the user has another text by now.
 *
 * @param existing the transcript of that content
 */
export async function enrichImported(
  dependencies: ImportDependencies,
  userId: string,
  parsed: ParsedTranscript,
  contentHash: string,
  existing: ImportResult,
): Promise<ImportResult> {
  const { transcriptRevisions } = dependencies.repositories;
  const { id } = existing.transcript;
  const details = segmentDetails(parsed.segments);
  if (await transcriptRevisions.getSame(userId, id, contentHash, details)) return existing;
  const current = await transcriptRevisions.getCurrent(userId, id);
  const activate = current?.contentHash === contentHash;
  const added = await addRevision(dependencies, userId, id, parsed, { activate });
  return { transcript: added.transcript, receipt: added.revision.receipt, created: false };
}
