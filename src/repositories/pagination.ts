import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import { findUnstorable } from '../storable.ts';

/** `limit` rows at most; `cursor` is what the page before returned. */
export type PageRequest = { limit: number; cursor?: string | undefined };
export type Page<Row> = { data: Row[]; nextCursor: string | null };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** PostgreSQL's `integer`, which most positions are stored in. */
export const MAX_INTEGER = 2_147_483_647;

/**
 * A time in microseconds since 1970. A JavaScript `Date` drops the microseconds, and a page that
 * continued after a rounded time would skip or repeat rows.
 */
export const exactTime = (column: AnyColumn): SQL<number> =>
  sql<number>`(extract(epoch from ${column}) * 1000000)::float8`;

/** The moment that {@link exactTime} counted, in a cursor. @throws AppError `invalid_cursor` */
export function momentOf(at: unknown): SQL {
  if (!Number.isSafeInteger(at)) throw new AppError('invalid_cursor');
  return sql`timestamptz 'epoch' + ${at}::float8 * interval '1 microsecond'`;
}

/** An id in a cursor. @throws AppError `invalid_cursor` */
export function idOf(id: unknown): SQL {
  if (typeof id !== 'string' || !UUID.test(id)) throw new AppError('invalid_cursor');
  return sql`${id}::uuid`;
}

/** Rows after the cursor in the order `time desc, id desc`. */
export function olderThan(time: AnyColumn, id: AnyColumn, cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [at, lastId] = decodeCursor(cursor, 2);
  return sql`(${time}, ${id}) < (${momentOf(at)}, ${idOf(lastId)})`;
}

/** The number that a list ordered by a rising number continues after; -1 at the beginning. */
export function numberAfter(cursor: string | undefined, max = MAX_INTEGER): number {
  if (cursor === undefined) return -1;
  const [position] = decodeCursor(cursor, 1);
  if (typeof position === 'number' && Number.isInteger(position) && position >= 0) {
    if (position <= max) return position;
  }
  throw new AppError('invalid_cursor');
}

/**
 * The whole numbers that a cursor holds, the first of which is what the list continues after;
 * none at the beginning.
 */
export function numbersAfter(cursor: string | undefined, length: number): number[] {
  if (cursor === undefined) return [];
  return decodeCursor(cursor, length).map(wholeOf);
}

/** A whole number in a cursor. @throws AppError `invalid_cursor` */
export function wholeOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
    if (value <= MAX_INTEGER) return value;
  }
  throw new AppError('invalid_cursor');
}

/** The text that a list ordered by a text continues after; before everything at the beginning. */
export function textAfter(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const [text] = decodeCursor(cursor, 1);
  return textOf(text);
}

/** A text in a cursor. @throws AppError `invalid_cursor` */
export function textOf(text: unknown): string {
  if (typeof text === 'string' && !findUnstorable(text)) return text;
  throw new AppError('invalid_cursor');
}

/** A page of `limit + 1` fetched rows in the order `time desc, id desc`. */
export function timePage<Item extends { id: string }>(
  rows: { item: Item; at: number }[],
  limit: number,
): Page<Item> {
  const page = cutPage(rows, limit, ({ item, at }) => [at, item.id]);
  return { ...page, data: page.data.map(({ item }) => item) };
}

/** A page of `limit + 1` fetched rows in the order of the key that `keyOf` reads. */
export function keyPage<Item>(
  rows: Item[],
  limit: number,
  keyOf: (item: Item) => number | string,
): Page<Item> {
  return cutPage(rows, limit, (item) => [keyOf(item)]);
}

/** A page of `limit + 1` fetched rows; `positionOf` reads what a cursor holds of the last one. */
export function cutPage<Row>(
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => (number | string)[],
): Page<Row> {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  const position = last && JSON.stringify(positionOf(last));
  return { data, nextCursor: position ? Buffer.from(position).toString('base64url') : null };
}

/** The values that a cursor holds. @throws AppError `invalid_cursor` */
export function decodeCursor(cursor: string, length: number): unknown[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.length === length) return key;
  } catch {
    // Not JSON, so not a cursor of ours.
  }
  throw new AppError('invalid_cursor');
}
