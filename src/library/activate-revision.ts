import { findRevision } from './find-revision.ts';
import { findTranscript } from './find-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import { readSegments } from './read-segments.ts';
import { type RevisedTranscript, reviseTranscript } from './revise-transcript.ts';

/**
 * Makes a stored revision the one that is read, searched and cited; nothing happens when it is.
 *
 * @throws AppError `not_found` for the transcript or its revision
 */
export async function activateRevision(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  number: number,
): Promise<RevisedTranscript> {
  const { repositories } = dependencies;
  const transcript = await findTranscript(repositories, userId, transcriptId);
  const revision = await findRevision(repositories, userId, transcriptId, number);
  if (transcript.currentRevisionId === revision.id) return { transcript, revision };
  return reviseTranscript(dependencies, userId, transcriptId, {
    async read() {
      const segments = await readSegments(repositories, userId, revision.id);
      return { segments, language: revision.language, number: revision.number };
    },
    write: async () => revision,
  });
}
