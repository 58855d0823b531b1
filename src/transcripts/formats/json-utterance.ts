import type { Warnings } from '../warnings.ts';
import type { TimedSegment } from './json-elements.ts';
import {
  checkEnd,
  type Fail,
  type readMilliseconds,
  readProbability,
  readSpeaker,
  readString,
} from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { readWords } from './json-words.ts';

/**
 * Reads what one person says without being interrupted, with its words, as services that tell
 * speakers apart answer it.
 *
 * @param readTime of the unit that the service counts in
 * @param textKey the member that holds the text
 */
export const createUtteranceReader =
  (readTime: typeof readMilliseconds, textKey: string) =>
  (value: unknown, fail: Fail, warnings: Warnings): TimedSegment => {
    if (!isRecord(value)) return fail('', 'is not an object');
    const startMs = readTime(value.start, '/start', fail);
    const endMs = readTime(value.end, '/end', fail);
    checkEnd(startMs, endMs, fail);
    const speaker = readSpeaker(value.speaker, fail);
    const context = { readTime, startMs, speaker, fail, warnings };
    return {
      startMs,
      endMs,
      speaker,
      text: readString(value[textKey], `/${textKey}`, fail),
      words: readWords(value.words, context),
      confidence: readProbability(value.confidence),
    };
  };
