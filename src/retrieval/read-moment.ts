import { invalidValue } from '../errors.ts';

/** PostgreSQL's years begin with 1, and ISO 8601 without a sign ends with 9999. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const END = Date.UTC(10_000, 0);

/**
 * A moment in UTC, to the millisecond, which is how exactly moments are shown.
 *
 * @param path where it stands, as a JSON pointer
 * @throws AppError `validation_failed`
 */
export function readMoment(text: string, path: string): Date {
  const moment = new Date(text);
  // A leap second is no date here.
  if (moment.getTime() >= FIRST && moment.getTime() < END) return moment;
  throw invalidValue(path, 'must be a moment in the years 1 to 9999');
}
