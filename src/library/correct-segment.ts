import { AppError } from '../errors.ts';
import { correctSegment as correct, type SegmentCorrection } from '../transcripts/edits.ts';
import { normaliseNewlines } from '../transcripts/newlines.ts';
import { cleanSpeaker } from '../transcripts/speakers.ts';
import { editTranscript } from './edit-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import type { RevisedTranscript } from './revise-transcript.ts';

/**
 * Corrects the text or the speaker of one segment.
 *
 * @param expected the number of the revision that the caller has in mind
 * @throws AppError `not_found` for the transcript or the segment; `revision_conflict`
 */
export function correctSegment(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  position: number,
  { text, speaker }: SegmentCorrection,
  expected?: number,
): Promise<RevisedTranscript> {
  const correction = {
    ...(text === undefined ? {} : { text: normaliseNewlines(text).trim() }),
    ...(speaker === undefined ? {} : { speaker: cleanSpeaker(speaker) }),
  };
  const edit: Parameters<typeof editTranscript>[3] = (segments) => {
    const before = segments[position];
    if (!before) throw new AppError('not_found');
    const same =
      (correction.text ?? before.text) === before.text &&
      (correction.speaker === undefined || correction.speaker === before.speaker);
    return same ? [...segments] : correct(segments, position, correction);
  };
  return editTranscript(dependencies, userId, transcriptId, edit, { expected });
}
