import { invalidValue } from '../errors.ts';
import type { Days } from '../repositories/usage.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

/** PostgreSQL and JavaScript agree on these years. */
const YEARS = /^(19|20)\d\d-/;

/**
 * The days that usage is asked for; without any, the last thirty.
 *
 * @throws AppError `validation_failed`
 */
export function readDays(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: Date,
): Days {
  if (from !== undefined && !YEARS.test(from))
    throw invalidValue('/querystring/from', 'is too far');
  if (to !== undefined && !YEARS.test(to)) throw invalidValue('/querystring/to', 'is too far');
  const last = to ?? dayOf(now);
  const first = from ?? dayOf(new Date(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS));
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw invalidValue('/querystring/from', 'must not be after the last day');
  if (days > MOST_DAYS) {
    throw invalidValue(
      '/querystring/from',
      `must not be more than ${MOST_DAYS} days before the last`,
    );
  }
  return { from: first, to: last };
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
