import type { ImportTranscript, UploadTranscript } from '../schemas/transcripts.ts';
import { orderChapters } from '../transcripts/chapters.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import { fileDetails } from './file-details.ts';
import type { ImportDetails } from './import-transcript.ts';
import { readContent } from './read-content.ts';
import { readVideoId } from './video-id.ts';

/** A transcript that was read, with what is said about it. */
export type ReadImport = { parsed: ParsedTranscript; details: ImportDetails };

/**
 * Reads what a caller wants to import: text or segments in a JSON body, or a file.
 *
 * @param signal gives it up
 * @throws AppError `validation_failed`, or `unreadable_transcript` with the line; the signal's reason
 *   once it is aborted
 */
export async function readImport(
  body: ImportTranscript | UploadTranscript,
  signal: AbortSignal,
): Promise<ReadImport> {
  const parsed = await readContent(body, signal);
  const named = 'file' in body && body.fileName ? { title: titleOf(body.fileName) } : {};
  // What the caller says goes before what the file says, and that before what it is called.
  return { parsed, details: readDetails({ ...named, ...fileDetails(parsed), ...body }) };
}

/** What somebody says about a transcript; a file may say that it has no title. */
type Said = Omit<ImportDetails, 'title'> & { title?: string | null };

/** What is said about a transcript, without the rest. @throws AppError `validation_failed` */
export function readDetails(said: Said): ImportDetails {
  const { title, youtubeVideoId, channelName, language, metadata, chapters } = said;
  const { duration, source } = said;
  return {
    ...(title ? { title } : {}),
    ...(youtubeVideoId === undefined ? {} : { youtubeVideoId: readVideoId(youtubeVideoId) }),
    ...(channelName === undefined ? {} : { channelName }),
    ...(language === undefined ? {} : { language }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(chapters === undefined ? {} : { chapters: orderChapters(chapters) }),
    ...(duration === undefined ? {} : { duration }),
    ...(source === undefined ? {} : { source }),
  };
}

/** The name of a file without its ending. */
export function titleOf(fileName: string): string {
  return fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
}
