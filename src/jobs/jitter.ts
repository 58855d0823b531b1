/**
 * How long to wait before a try is made again: any time up to twice that of the last one, so that
 * those who failed together do not come back together. "Full jitter" of
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures so far, from 0
 * @returns ms
 */
export function fullJitter(failures: number, firstMs: number, longestMs: number): number {
  return Math.random() * Math.min(longestMs, firstMs * 2 ** failures);
}
