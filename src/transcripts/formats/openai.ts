import { collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings } from '../warnings.ts';
import { createCues, readElements } from './json-elements.ts';
import { readSeconds } from './json-fields.ts';
import { createShape } from './json-shape.ts';
import { walkJson } from './json-walk.ts';
import { languageTag } from './language.ts';
import { readWhisperSegments } from './whisper-segments.ts';
import { createWordGroups } from './word-groups.ts';

const EXPECTED =
  'expected verbose_json or diarized_json of OpenAI: an object with a list "segments" of {"start": 1.5, "end": 4, "text": "…"}';

/** With `timestamp_granularities: ["word"]` there are only words. */
function* readOnlyWords(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { cues, add } = createCues();
  const groups = createWordGroups(readSeconds, warnings, add);
  let language: unknown;
  const readLanguage = (value: unknown): void => {
    language = value;
  };
  const words = readElements(text, '/words', groups.add);
  yield* walkJson(text, { members: { language: { value: readLanguage }, words } });
  groups.flush();
  if (cues.length === 0) throw unreadableLine(1, EXPECTED);
  return yield* collect('openai', languageTag(language), cues, warnings);
}

/**
 * Reads what OpenAI's API answers as `verbose_json` or `diarized_json`
 * (https://platform.openai.com/docs/api-reference/audio). Times are seconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the segment's index.
 */
export function* readOpenAi(text: string): Steps<ParsedTranscript> {
  const shape = createShape(text);
  const onlyWords = !(yield* shape.isFilled('segments')) && (yield* shape.isFilled('words'));
  return yield* onlyWords ? readOnlyWords(text) : readWhisperSegments(text, 'openai', EXPECTED);
}
