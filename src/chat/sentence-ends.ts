import { endsInQuotation } from './quotation-marks.ts';

/** Stands for a citation in a text that is looked at for its sentences; no text holds it. */
export const CITED = '\0';

/** What is longer is taken for a sentence as it is, in UTF-16 code units: nobody says more in one. */
export const LONGEST_SENTENCE = 4_000;

/** What may end a sentence, with the quotation marks and brackets behind it. */
const ENDINGS = /\n|[.!?…]+["'”“’»«›)\]]*(?=[\s\0])|[。！？]+["'”’»›)\]」』）]*/gu;

/** A full stop behind these ends nothing: “Dr. Hill”, “J. Hill”, and the number of a list's item. */
const NO_ENDING =
  /(?:^|[\s(“„«"])(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|vs|No|Nr|e\.g|i\.e|z\.B|bzw|ca|Mme|Sr|Sra)\.$|(?:^|\n)\s*\d{1,3}\.$/u;

/**
 * Where the first sentence of a text ends: behind its full stop, the citations that follow, and
 * the spaces. A line's end ends a sentence; a full stop within a quotation does not.
 *
 * @returns undefined where the text ends first, so that more of the sentence may follow
 */
export function firstSentenceEnd(text: string): number | undefined {
  for (const { 0: ending, index } of text.matchAll(ENDINGS)) {
    const to = index + ending.length;
    const [rest = ''] = /^[\s\0\])}]*/.exec(text.slice(to)) ?? [];
    const next = text.slice(to + rest.length);
    if (next === '') return undefined;
    if (ending === '\n' || rest.includes('\n')) return to + rest.length;
    if (/^\p{Ll}/u.test(next) || NO_ENDING.test(text.slice(0, to))) continue;
    if (!endsInQuotation(text.slice(0, to))) return to + rest.length;
  }
  return undefined;
}
