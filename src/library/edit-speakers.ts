import { AppError } from '../errors.ts';
import type { Segment } from '../schemas/segments.ts';
import { relabel } from '../transcripts/edits.ts';
import { cleanSpeaker } from '../transcripts/speakers.ts';
import { editTranscript } from './edit-transcript.ts';
import type { ImportDependencies } from './import-transcript.ts';
import type { RevisedTranscript } from './revise-transcript.ts';

/**
 * Gives a speaker another label, wherever it stands in the transcript.
 *
 * @throws AppError `not_found` when nobody has the label; `speaker_label_taken` when somebody else
 * has the new one
 */
export function renameSpeaker(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  from: string,
  to: string,
): Promise<RevisedTranscript> {
  return editTranscript(dependencies, userId, transcriptId, (segments) => {
    const labels = labelsOf(segments);
    checkLabel(labels, from);
    const label = cleanSpeaker(to) ?? from;
    if (label !== from && labels.has(label)) throw new AppError('speaker_label_taken');
    return relabel(segments, new Set([from]), label);
  });
}

/**
 * Makes one speaker of several, under the label of one of them.
 *
 * @param from the labels that go
 * @param into the label that stays
 * @throws AppError `not_found` when nobody has one of the labels
 */
export function mergeSpeakers(
  dependencies: ImportDependencies,
  userId: string,
  transcriptId: string,
  from: readonly string[],
  into: string,
): Promise<RevisedTranscript> {
  return editTranscript(dependencies, userId, transcriptId, (segments) => {
    const labels = labelsOf(segments);
    for (const label of [...from, into]) checkLabel(labels, label);
    return relabel(segments, new Set(from), into);
  });
}

function labelsOf(segments: readonly Segment[]): Set<string> {
  return new Set(
    segments.flatMap(({ speaker, words }) => [
      ...(speaker === null ? [] : [speaker]),
      ...(words ?? []).flatMap((word) => word.speaker ?? []),
    ]),
  );
}

function checkLabel(labels: ReadonlySet<string>, label: string): void {
  if (labels.has(label)) return;
  throw new AppError('not_found', 'Nobody has this label in the current revision.');
}
