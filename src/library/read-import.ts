import type { ImportTranscript, UploadTranscript } from '../schemas/transcripts.ts';
import { orderChapters } from '../transcripts/chapters.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import type { ImportDetails } from './import-transcript.ts';
import { readContent } from './read-content.ts';
import { readVideoId } from './video-id.ts';

/**
 * Reads what a caller wants to import: text or segments in a JSON body, or a file.
 *
 * @throws AppError `validation_failed`, or `unreadable_transcript` with the line
 */
export function readImport(body: ImportTranscript | UploadTranscript): {
  parsed: ParsedTranscript;
  details: ImportDetails;
} {
  const parsed = readContent(body);
  const named = 'file' in body && body.fileName ? { title: titleOf(body.fileName) } : {};
  // What the caller says goes before what the file says, and that before what it is called.
  const said = { ...named, ...parsed.details, ...body };
  const { title, youtubeVideoId, channelName, language, metadata, chapters } = said;
  const { duration, source } = said;
  const details = {
    ...(title ? { title } : {}),
    ...(youtubeVideoId === undefined ? {} : { youtubeVideoId: readVideoId(youtubeVideoId) }),
    ...(channelName === undefined ? {} : { channelName }),
    ...(language === undefined ? {} : { language }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(chapters === undefined ? {} : { chapters: orderChapters(chapters) }),
    ...(duration === undefined ? {} : { duration }),
    ...(source === undefined ? {} : { source }),
  };
  return { parsed, details };
}

function titleOf(fileName: string): string {
  return fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
}
