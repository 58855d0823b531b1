import { AppError } from '../errors.ts';
import type { AddRevision, UploadRevision } from '../schemas/transcript-revisions.ts';
import { readInSteps } from '../transcripts/detect.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import { MAX_TRANSCRIPT_WORDS } from '../transcripts/limits.ts';
import { type ParsedTranscript, withTrackKind } from '../transcripts/parsed-transcript.ts';
import { fromSegments } from '../transcripts/segments.ts';
import type { Steps } from '../transcripts/steps.ts';
import { unreadableLine } from '../transcripts/unreadable.ts';

/** The part of a body that says what was said. */
export type ContentBody =
  | Pick<AddRevision, 'text' | 'segments' | 'format' | 'trackKind'>
  | Pick<UploadRevision, 'file' | 'format' | 'trackKind'>;

/**
 * Reads what was said: text or segments of a JSON body, or a file.
 *
 * @param signal gives it up
 * @throws AppError `validation_failed`, or `unreadable_transcript` with the line; the signal's reason
 *   once it is aborted
 */
export async function readContent(
  body: ContentBody,
  signal?: AbortSignal,
): Promise<ParsedTranscript> {
  const parsed = await inSlices(read(body), signal);
  if (parsed.counts.wordsRead > MAX_TRANSCRIPT_WORDS) {
    const problem = `there are more than ${MAX_TRANSCRIPT_WORDS} words: import it in parts`;
    throw unreadableLine(1, problem);
  }
  return parsed;
}

function* read(body: ContentBody): Steps<ParsedTranscript> {
  const { format, trackKind } = body;
  if ('file' in body) return yield* readInSteps(body.file, format, { trackKind });
  const { text, segments } = body;
  if (text !== undefined && segments === undefined) {
    return yield* readInSteps(text, format, { trackKind });
  }
  if (segments !== undefined && text === undefined) {
    return withTrackKind(yield* fromSegments(segments), trackKind);
  }
  throw new AppError('validation_failed', 'Send either `text` or `segments`.', {
    errors: [{ path: '/text', message: 'exactly one of `text` and `segments` is needed' }],
  });
}
