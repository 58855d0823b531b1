import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { AppError } from '../../errors.ts';
import { ExportDocument, ExportDocumentV1 } from '../../schemas/exports.ts';
import type { FileDetails, ParsedTranscript } from '../parsed-transcript.ts';
import { fromSegments } from '../segments.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { checkFileValue, checkSource } from './json-file-values.ts';
import { lineOfElement } from './json-lines.ts';
import { isRecord, parseJson } from './json-values.ts';
import { languageTag } from './language.ts';

/** Compiled when the first file comes: the start of the server is not the time for it. */
const lazily = <Schema extends TSchema>(schema: Schema) => {
  let validator: Validator<Record<never, never>, Schema> | undefined;
  return () => {
    validator ??= Compile(schema);
    return validator;
  };
};
const version1 = lazily(ExportDocumentV1);
const version2 = lazily(ExportDocument);

/** The line a JSON pointer such as `/segments/3/endMs` leads to, as near as it can be told. */
const pointerLine = (text: string, pointer: string): number => {
  const index = /^\/segments\/(\d+)/.exec(pointer)?.[1];
  return index === undefined ? 1 : lineOfElement(text, 'segments', Number(index));
};

const mismatch = (text: string, found: { instancePath: string; message: string } | undefined) => {
  const pointer = found?.instancePath || '/';
  const problem = `${pointer} ${found?.message ?? 'does not match'} in a Parley export`;
  return unreadableLine(pointerLine(text, pointer), problem);
};

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

const readVersion1 = (text: string, document: unknown): ParsedTranscript => {
  const validator = version1();
  if (!validator.Check(document)) throw mismatch(text, validator.Errors(document)[0]);
  const { segments, transcript } = document;
  checkFileValue(transcript, '/transcript');
  const { title, youtubeVideoId, channelName, language } = transcript;
  const details = {
    ...(title ? { title } : {}),
    ...(youtubeVideoId ? { youtubeVideoId } : {}),
    ...(channelName ? { channelName } : {}),
  };
  return { ...fromSegments(segments), language: languageTag(language), details };
};

const readVersion2 = (text: string, document: unknown): ParsedTranscript => {
  const validator = version2();
  if (!validator.Check(document)) throw mismatch(text, validator.Errors(document)[0]);
  const { segments, transcript, source, revision } = document;
  for (const [name, value] of Object.entries({ transcript, source, revision })) {
    checkFileValue(value, `/${name}`);
  }
  if (source) checkSource(source);
  return {
    ...fromSegments(segments),
    // As it was: a tag that a caller once gave is not put right on the way.
    language: transcript.language,
    trackKind: revision.trackKind,
    details: detailsOf(document),
    provenance: revision,
  };
};

/**
 * Reads the document that `writers/json.ts` writes, and that of the version before.
 *
 * @throws AppError `unreadable_transcript` with the line and the JSON pointer of the mistake.
 */
export const readJson = (text: string): ParsedTranscript => {
  const document = parseJson(text);
  try {
    const version = isRecord(document) ? document.version : undefined;
    if (version === 1) return readVersion1(text, document);
    if (version === 2 || version === undefined) return readVersion2(text, document);
    throw unreadableLine(
      1,
      `/version must be 1 or 2 in a Parley export, found ${quoted(JSON.stringify(version))}`,
    );
  } catch (error) {
    // What is wrong with a value is told by its place; in a file it is told by the line as well.
    const location = error instanceof AppError ? error.errors?.[0] : undefined;
    if (!location || location.line !== undefined) throw error;
    const line = pointerLine(text, location.path);
    throw unreadableLine(line, `${location.path}: ${location.message}`);
  }
};
