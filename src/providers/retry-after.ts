/** Longest time that a provider can ask for, in ms: an hour. */
const LONGEST_MS = 3_600_000;

/**
 * How long `Retry-After` asks to wait (RFC 9110, 10.2.3), in seconds or until a date.
 *
 * @param now the time, in ms since 1970
 * @returns ms, at most an hour; undefined where the header is missing or cannot be read
 */
export function readRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS);
  const date = /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - now, 0), LONGEST_MS);
}
