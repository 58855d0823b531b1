import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../errors.ts';

/** `limit` rows at most; `cursor` is what the page before returned. */
export type PageRequest = { limit: number; cursor?: string | undefined };
export type Page<Row> = { data: Row[]; nextCursor: string | null };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/;

/**
 * A time as PostgreSQL writes it. A JavaScript `Date` drops the microseconds, and a page that
 * continued after a rounded time would skip or repeat rows.
 */
export const exactTime = (column: AnyColumn): SQL<string> => sql<string>`${column}::text`;

/** Rows after the cursor in the order `time desc, id desc`. */
export function olderThan(time: AnyColumn, id: AnyColumn, cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [at, lastId] = decodeCursor(cursor);
  if (typeof at !== 'string' || !TIMESTAMP.test(at)) throw new AppError('invalid_cursor');
  if (typeof lastId !== 'string' || !UUID.test(lastId)) throw new AppError('invalid_cursor');
  return sql`(${time}, ${id}) < (${at}::timestamptz, ${lastId}::uuid)`;
}

/** The number that a list ordered by a rising number continues after; -1 at the beginning. */
export function numberAfter(cursor: string | undefined): number {
  if (cursor === undefined) return -1;
  const [position] = decodeCursor(cursor);
  if (!Number.isSafeInteger(position)) throw new AppError('invalid_cursor');
  return Number(position);
}

/** A page of `limit + 1` fetched rows in the order `time desc, id desc`. */
export function timePage<Item extends { id: string }>(
  rows: { item: Item; at: string }[],
  limit: number,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    data: shown.map((row) => row.item),
    nextCursor: last ? encodeCursor([last.at, last.item.id]) : null,
  };
}

/** A page of `limit + 1` fetched rows in the order of the number that `numberOf` reads. */
export function numberPage<Item>(
  rows: Item[],
  limit: number,
  numberOf: (item: Item) => number,
): Page<Item> {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last ? encodeCursor([numberOf(last)]) : null };
}

function encodeCursor(key: (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string): unknown[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key)) return key;
  } catch {
    // Not JSON, so not a cursor of ours.
  }
  throw new AppError('invalid_cursor');
}
