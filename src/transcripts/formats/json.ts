import { Compile } from 'typebox/compile';
import { AppError } from '../../errors.ts';
import { ExportDocument } from '../../schemas/exports.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { fromSegments } from '../segments.ts';
import { unreadableLine } from '../unreadable.ts';
import { lineOfElement } from './json-lines.ts';
import { parseJson } from './json-values.ts';
import { languageTag } from './language.ts';

const validator = Compile(ExportDocument);

/** The line a JSON pointer such as `/segments/3/endMs` leads to, as near as it can be told. */
const pointerLine = (text: string, pointer: string): number => {
  const index = /^\/segments\/(\d+)/.exec(pointer)?.[1];
  return index === undefined ? 1 : lineOfElement(text, 'segments', Number(index));
};

/**
 * Reads the document that `writers/json.ts` writes.
 *
 * @throws AppError `unreadable_transcript` with the line and the JSON pointer of the mistake.
 */
export const readJson = (text: string): ParsedTranscript => {
  const document = parseJson(text);
  if (!validator.Check(document)) {
    const [first] = validator.Errors(document);
    const pointer = first?.instancePath || '/';
    const problem = `${pointer} ${first?.message ?? 'does not match'} in a Parley export`;
    throw unreadableLine(pointerLine(text, pointer), problem);
  }
  try {
    const parsed = fromSegments(document.segments);
    const { title, youtubeVideoId, channelName, language } = document.transcript;
    const details = {
      ...(title ? { title } : {}),
      ...(youtubeVideoId ? { youtubeVideoId } : {}),
      ...(channelName ? { channelName } : {}),
    };
    return { ...parsed, language: languageTag(language), details };
  } catch (error) {
    // What is wrong with a list is told by its index; in a file it is told by the line as well.
    const location = error instanceof AppError ? error.errors?.[0] : undefined;
    if (!location) throw error;
    const line = pointerLine(text, location.path);
    throw unreadableLine(line, `${location.path}: ${location.message}`);
  }
};
