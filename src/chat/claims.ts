import { firstSentenceEnd, LONGEST_SENTENCE } from './sentence-ends.ts';

/** A stretch of an answer, `end` excluded, in UTF-16 code units. */
export type ClaimSpan = { start: number; end: number };

/**
 * The claim that a citation at the end of `content` supports: what was written on this line since
 * the citation before. Of several sentences it is the last one, unless they are held together by
 * quotation marks.
 *
 * @param since where the text behind the citation before begins
 * @param holding a place that the claim must hold, such as where its quote begins
 * @returns undefined when nothing was claimed since
 */
export function claimBefore(
  content: string,
  since: number,
  holding = content.length,
): ClaimSpan | undefined {
  const last = /[\p{L}\p{N}][^\p{L}\p{N}]*$/u.exec(content.slice(since));
  if (!last) return undefined;
  const line = content.lastIndexOf('\n', since + last.index) + 1;
  const from = Math.max(since, line, content.length - LONGEST_SENTENCE);
  let start = from;
  for (;;) {
    const length = firstSentenceEnd(content.slice(start));
    if (length === undefined || start + length > holding) break;
    if (!saysSomething(content.slice(start + length))) break;
    start += length;
  }
  return trimSpan(content, start, content.length);
}

const saysSomething = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** Without the spaces around it, and without the full stop of the claim before. */
function trimSpan(content: string, start: number, end: number): ClaimSpan {
  const text = content.slice(start, end);
  const [leading = ''] = /^(?:[.!?…,;:。！？]+(?=\s)|\s)*/u.exec(text) ?? [];
  return { start: start + leading.length, end: start + text.trimEnd().length };
}
