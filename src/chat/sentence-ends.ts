import { followQuotations } from './quotation-marks.ts';

/** Stands for a citation in a text that is looked at for its sentences; no text holds it. */
export const CITED = '\0';

/** What is longer is taken for a sentence as it is, in UTF-16 code units: nobody says more in one. */
export const LONGEST_SENTENCE = 4_000;

/** What may end a sentence, with the quotation marks and brackets behind it. */
const ENDINGS = /\n|(?<![.!?…])[.!?…]+["'”“’»«›)\]]*(?=[\s\0])|[。！？]+["'”’»›)\]」』）]*/gu;

/** A full stop behind these ends nothing: “Dr. Hill”, “J. Hill”, and the number of a list's item. */
const NO_ENDING =
  /(?:^|[\s(“„«"])(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|vs|No|Nr|e\.g|i\.e|z\.B|bzw|ca|Mme|Sr|Sra)\.$|(?:^|\n)\s*\d{1,3}\.$/u;

/** More than the longest of them has. */
const NO_ENDING_LENGTH = 40;

/** What may yet become an ending, once more follows. */
const PART_OF_ENDING = /[.!?…。！？"'”’“»«›)\]」』）]/u;
/** What ends no sentence, and lets nothing before it end one. */
const ENDS_NOTHING = /^[^\s\0。！？]*$/u;
const BEHIND_ENDING = /[\s\0\])}]*/y;
const LOWER_CASE = /\p{Ll}/uy;

/**
 * Where the first sentence of a text ends: behind its full stop, the citations that follow, and
 * the spaces. A line's end ends a sentence; a full stop within a quotation does not.
 *
 * @returns undefined where the text ends first, so that more of the sentence may follow
 */
export function firstSentenceEnd(text: string): number | undefined {
  return followSentences()(text);
}

/**
 * As {@link firstSentenceEnd}, for a text that grows: where there was no end, the next call is given
 * the same text with more behind it, and what was read is not read again. Where there was one, the
 * next call begins with another text.
 */
export function followSentences(): (text: string) => number | undefined {
  let from = 0;
  let read = 0;
  let heard = 0;
  let isUndecided = false;
  let inQuotation = followQuotations();
  return (text) => {
    const canEnd = isUndecided || !ENDS_NOTHING.test(text.slice(read));
    read = text.length;
    if (!canEnd) return undefined;
    isUndecided = false;
    const end = find(text);
    if (end !== undefined) {
      from = 0;
      read = 0;
      heard = 0;
      inQuotation = followQuotations();
    }
    return end;
  };

  function find(text: string): number | undefined {
    ENDINGS.lastIndex = from;
    for (const { 0: ending, index } of text.matchAll(ENDINGS)) {
      const to = index + ending.length;
      const next = behind(BEHIND_ENDING, text, to);
      if (next === text.length) {
        from = index;
        isUndecided = true;
        return undefined;
      }
      if (ending === '\n' || text.slice(to, next).includes('\n')) return next;
      from = to;
      if (behind(LOWER_CASE, text, next) > next || endsNothing(text, to)) continue;
      const isQuoted = inQuotation(text.slice(heard, to));
      heard = to;
      if (!isQuoted) return next;
    }
    let rest = text.length;
    while (rest > from && PART_OF_ENDING.test(text.charAt(rest - 1))) rest -= 1;
    from = rest;
    return undefined;
  }
}

/** Whether a full stop there is no end of a sentence. */
function endsNothing(text: string, to: number): boolean {
  const from = to - NO_ENDING_LENGTH;
  // Behind a letter, the beginning of a part is not taken for that of a text.
  return NO_ENDING.test(from > 0 ? `x${text.slice(from, to)}` : text.slice(0, to));
}

/** Where that which stands at `at` ends. */
function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
