/**
 * A question with one typing error: two letters in the middle of its longest word are swapped. The
 * same question always gets the same one.
 */
export function misspell(question: string): string {
  const words = question.match(/\p{L}+/gu) ?? [];
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
  const middle = longest.length >> 1;
  const [first = '', second = ''] = [longest[middle - 1], longest[middle]];
  const typed =
    longest.slice(0, Math.max(0, middle - 1)) + second + first + longest.slice(middle + 1);
  return longest.length < 4 ? question : question.replace(longest, typed);
}
