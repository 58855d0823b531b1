const ENDS_QUESTION = /[\s.?!…]/u;

/** A question with single spaces, and without what stands at its end. */
export function plainQuestion(question: string): string {
  const plain = question.normalize('NFC').replace(/\s+/g, ' ').trim();
  let end = plain.length;
  // By hand: a pattern that ends with `$` would look from every mark to the end of its run.
  while (end > 0 && ENDS_QUESTION.test(plain.charAt(end - 1))) end -= 1;
  return plain.slice(0, end);
}
