import { type AnyColumn, sql } from 'drizzle-orm';
import { check, customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A moment in UTC, read as a `Date`. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const id = uuid('id').primaryKey().defaultRandom();
export const createdAt = moment('created_at').notNull().defaultNow();

/** Kept by the `set_updated_at` trigger, so that no writer can forget it. */
export const updatedAt = moment('updated_at').notNull().defaultNow();

/**
 * JSON of any kind. Drizzle's own `jsonb` parses a string once more after the driver, so that
 * `"5"` would be read as 5.
 */
export const anyJson = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(value),
});

/** A generated full-text document; only the database writes it. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/**
 * pgvector's half-precision vector without a fixed dimension, so that models of any dimension
 * share one table. Drizzle's own `halfvec` insists on a dimension.
 */
export const halfvec = customType<{ data: number[]; driverData: string }>({
  dataType: () => 'halfvec',
  toDriver: (values) => `[${values.join(',')}]`,
});

/** A CHECK that a text column holds one of `values`; constraints can be changed, enum types cannot. */
export function oneOf(name: string, column: AnyColumn, values: readonly string[]) {
  const list = values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ');
  return check(name, sql`${column} in (${sql.raw(list)})`);
}
