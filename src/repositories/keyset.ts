import { type AnyColumn, asc, desc, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import {
  cutPage,
  decodeCursor,
  exactTime,
  idOf,
  momentOf,
  type Page,
  textOf,
} from './pagination.ts';

/** What a list may be ordered by, before the id that makes the order total. */
export type SortKey = {
  /** Never null, and written as in the index that the order is read from. */
  expression: SQLWrapper;
  /** The same as a cursor can hold it, without any loss. */
  exact: SQL<string | number>;
  /** What a cursor holds as SQL again. @throws AppError `invalid_cursor` */
  read: (value: unknown) => SQL;
};

/** `binding` tells this list from others, so that it takes no cursor of theirs. */
export type Keyset = { key: SortKey; id: AnyColumn; order: 'asc' | 'desc'; binding: string };

export const timeKey = (column: AnyColumn): SortKey => ({
  expression: column,
  exact: exactTime(column),
  read: momentOf,
});

export const textKey = (expression: SQL<string>): SortKey => ({
  expression,
  exact: expression,
  read: (value) => sql`${textOf(value)}::text`,
});

export const integerKey = (expression: SQL<number>): SortKey => ({
  expression,
  exact: expression,
  read: (value) => {
    // PostgreSQL's `integer`.
    if (typeof value === 'number' && (value | 0) === value) return sql`${value}::integer`;
    throw new AppError('invalid_cursor');
  },
});

/** The terms of `order by`. */
export function orderOf({ key, id, order }: Keyset): SQL[] {
  const direction = order === 'asc' ? asc : desc;
  return [direction(key.expression), direction(id)];
}

/** Rows after the cursor. @throws AppError `invalid_cursor`, also for that of another list */
export function afterCursor({ key, id, order, binding }: Keyset, cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [value, lastId, bound] = decodeCursor(cursor, 3);
  if (bound !== binding) throw new AppError('invalid_cursor');
  const follows = order === 'asc' ? sql`>` : sql`<`;
  return sql`(${key.expression}, ${id}) ${follows} (${key.read(value)}, ${idOf(lastId)})`;
}

/** A page of `limit + 1` fetched rows, each with its exact key. */
export function keysetPage<Item extends { id: string }>(
  rows: { item: Item; key: string | number }[],
  limit: number,
  { binding }: Keyset,
): Page<Item> {
  const page = cutPage(rows, limit, ({ item, key }) => [key, item.id, binding]);
  return { ...page, data: page.data.map(({ item }) => item) };
}
