import { collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings } from '../warnings.ts';
import { createCues, readElements } from './json-elements.ts';
import { readMilliseconds } from './json-fields.ts';
import { createShape } from './json-shape.ts';
import { createUtteranceReader } from './json-utterance.ts';
import { walkJson } from './json-walk.ts';
import { languageTag } from './language.ts';
import { createWordGroups } from './word-groups.ts';

const EXPECTED =
  'expected AssemblyAI JSON: an object with a list "utterances" or "words" of {"start": 1500, "end": 4000, "text": "…"}';

const readUtterance = createUtteranceReader(readMilliseconds, 'text');

/**
 * Reads a transcript of AssemblyAI (https://www.assemblyai.com/docs/api-reference): its utterances,
 * which it has where speakers were told apart, else its words. Times are milliseconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the index.
 */
export function* readAssemblyAi(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { cues, add } = createCues();
  const groups = createWordGroups(readMilliseconds, warnings, add);
  let language: unknown;
  const utterances = readElements(text, '/utterances', (value, fail) => {
    add(readUtterance(value, fail, warnings));
  });
  const words = readElements(text, '/words', groups.add);
  const readLanguage = (value: unknown): void => {
    language = value;
  };
  const hasUtterances = yield* createShape(text).isFilled('utterances');
  yield* walkJson(text, {
    members: {
      language_code: { value: readLanguage },
      ...(hasUtterances ? { utterances } : { words }),
    },
  });
  groups.flush();
  if (cues.length === 0) throw unreadableLine(1, EXPECTED);
  return yield* collect('assemblyai', languageTag(language), cues, warnings);
}
