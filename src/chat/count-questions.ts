import { namesPart, RULES, SPEECH } from './count-wordings.ts';
import { plainQuestion } from './plain-question.ts';

/** A question that is answered by counting. */
export type CountQuestion =
  | {
      kind: 'count';
      /** `mentions`: how often; `first` and `last`: when; `speakers`: who most. */
      of: 'mentions' | 'first' | 'last' | 'speakers';
      phrase: string;
      /** Whose mentions are asked for; undefined for everybody's. */
      speaker?: string;
    }
  | { kind: 'count'; of: 'speech' };

/** What is longer asks for more than a number, in UTF-16 code units. */
const LONGEST = 500;

/** Who is nobody in particular. */
const EVERYBODY =
  /^(?:they|we|you|i|it|people|anyone|anybody|someone|everybody|everyone|the (?:speakers?|participants?|people|hosts?|guests?|others|recording|video|podcast|transcript|meeting|episode)|he|she|this|that|er|sie|man|wir|ihr|ich)$/iu;

/** In front of a phrase, and no part of it. */
const BEFORE_PHRASE =
  /^(?:(?:the |a )?(?:(?:exact )?(?:word|words|phrase|term|name|topic|subject|expression)s? (?:of )?|das wort |der begriff |die wörter |le mot |la phrase |la palabra |el término )|about )/iu;

const QUOTED = /^[^"“„«「『]*["“„«「『].*["”“»」』]$/u;

/** What stands for something else cannot be counted. */
const NOT_A_PHRASE =
  /^(?:it|this|that|these|those|they|them|he|she|him|her|there|something|anything|what|one|things?|das|es|dies|ça|cela|eso|esto)$/iu;

/**
 * What a question wants to have counted.
 *
 * @returns undefined for a question that nothing is to be counted for, or of which it is unclear what
 */
export function countAsked(question: string): CountQuestion | undefined {
  const plain = plainQuestion(question);
  if (plain.length > LONGEST) return undefined;
  if (SPEECH.some((pattern) => pattern.test(plain))) {
    return namesPart(plain) ? undefined : { kind: 'count', of: 'speech' };
  }
  for (const { of, pattern } of RULES) {
    const { phrase: found, speaker } = pattern.exec(plain)?.groups ?? {};
    const phrase = found && toPhrase(found);
    if (!phrase) continue;
    // Within quotation marks a place is part of what was said.
    if ((!QUOTED.test(found) && namesPart(found)) || namesPart(speaker ?? '')) return undefined;
    const whose = speaker && !EVERYBODY.test(speaker) ? { speaker } : {};
    return { kind: 'count', of, phrase, ...whose };
  }
  return undefined;
}

function toPhrase(found: string): string | undefined {
  const phrase = found
    // What a question has in brackets must not look like an id in the answer.
    .replace(/[[\]]/g, '')
    .replace(BEFORE_PHRASE, '')
    .replace(/^["'“”„«»‚‘’「『]+\s?|\s?["'“”«»‘’」』]+$/gu, '')
    .trim();
  const usable = /[\p{L}\p{N}]/u.test(phrase) && !NOT_A_PHRASE.test(phrase);
  return usable && phrase.split(' ').length <= 10 ? phrase : undefined;
}
