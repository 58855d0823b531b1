const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** A stretch of an answer, `end` excluded, in UTF-16 code units. */
export type ClaimSpan = { start: number; end: number };

/**
 * The claim that a citation at the end of `content` supports: what was written on this line since
 * the citation before. Of several sentences it is the last one, unless they are held together by
 * quotation marks.
 *
 * @param since where the text behind the citation before begins
 * @returns undefined when nothing was claimed since
 */
export function claimBefore(content: string, since: number): ClaimSpan | undefined {
  const from = Math.max(since, content.trimEnd().lastIndexOf('\n') + 1);
  const region = content.slice(from);
  if (!/[\p{L}\p{N}]/u.test(region)) return undefined;
  const start = from + (/[“"]/.test(region) ? 0 : lastSentence(region));
  return trimSpan(content, start, content.length);
}

function lastSentence(text: string): number {
  let start = 0;
  for (const { index, segment } of SENTENCES.segment(text)) {
    if (/[\p{L}\p{N}]/u.test(segment)) start = index;
  }
  return start;
}

function trimSpan(content: string, start: number, end: number): ClaimSpan {
  const text = content.slice(start, end);
  const leading = text.length - text.trimStart().length;
  return { start: start + leading, end: start + text.trimEnd().length };
}
