import { AppError } from '../../errors.ts';
import { ExportDocument, ExportDocumentV1 } from '../../schemas/exports.ts';
import type { FileDetails, ParsedTranscript } from '../parsed-transcript.ts';
import { fromSegments } from '../segments.ts';
import type { Steps } from '../steps.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { type FileParts, readFileParts } from './json-file-parts.ts';
import { compileOnce, mismatch } from './json-file-schemas.ts';
import { checkFileValue, checkSource } from './json-file-values.ts';
import { languageTag } from './language.ts';

// Both are asked about a document without its segments, which are checked one by one.
const version1 = compileOnce(ExportDocumentV1);
const version2 = compileOnce(ExportDocument);

const detailsOf = (document: ExportDocument): FileDetails => {
  const { title, youtubeVideoId, channelName, duration, metadata, chapters } = document.transcript;
  return {
    // Else it would be called after the file.
    title,
    ...(youtubeVideoId ? { youtubeVideoId } : {}),
    ...(channelName ? { channelName } : {}),
    ...(duration === null ? {} : { duration }),
    metadata,
    chapters,
    ...(document.source ? { source: document.source } : {}),
  };
};

function* readVersion1({ header, segments, checkSegments }: FileParts): Steps<ParsedTranscript> {
  const validator = version1();
  if (!validator.Check(header)) throw mismatch(validator.Errors(header)[0], '', 1);
  checkSegments();
  const { transcript } = header;
  checkFileValue(transcript, '/transcript');
  const { title, youtubeVideoId, channelName, language } = transcript;
  const details = {
    ...(title ? { title } : {}),
    ...(youtubeVideoId ? { youtubeVideoId } : {}),
    ...(channelName ? { channelName } : {}),
  };
  return { ...(yield* fromSegments(segments)), language: languageTag(language), details };
}

function* readVersion2({ header, segments, checkSegments }: FileParts): Steps<ParsedTranscript> {
  const validator = version2();
  if (!validator.Check(header)) throw mismatch(validator.Errors(header)[0], '', 1);
  checkSegments();
  const { transcript, source, revision } = header;
  for (const [name, value] of Object.entries({ transcript, source, revision })) {
    checkFileValue(value, `/${name}`);
  }
  if (source) checkSource(source);
  return {
    ...(yield* fromSegments(segments)),
    // As it was: a tag that a caller once gave is not put right on the way.
    language: transcript.language,
    trackKind: revision.trackKind,
    details: detailsOf(header),
    provenance: revision,
  };
}

/**
 * Reads the document that `writers/json.ts` writes, and that of the version before.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the JSON pointer of the mistake.
 */
export function* readJson(text: string): Steps<ParsedTranscript> {
  const parts = yield* readFileParts(text);
  const { version } = parts.header;
  try {
    if (version === 1) return yield* readVersion1(parts);
    if (version === 2 || version === undefined) return yield* readVersion2(parts);
    throw unreadableLine(
      1,
      `/version must be 1 or 2 in a Parley export, found ${quoted(JSON.stringify(version))}`,
    );
  } catch (error) {
    // What is wrong with a value is told by its place; in a file it is told by the line as well.
    const location = error instanceof AppError ? error.errors?.[0] : undefined;
    if (!location || location.line !== undefined) throw error;
    const index = /^\/segments\/(\d+)/.exec(location.path)?.[1];
    const line = index === undefined ? 1 : parts.lineOf(Number(index));
    throw unreadableLine(line, `${location.path}: ${location.message}`);
  }
}
