import { pgTable, text, varchar } from 'drizzle-orm/pg-core';
import { anyJson, createdAt, updatedAt } from './columns.ts';

/** Settings of the whole installation, changed by the administrator while it runs. */
export const config = pgTable('config', {
  key: varchar('key', { length: 100 }).primaryKey(),
  value: anyJson('value').notNull(),
  description: text('description'),
  createdAt,
  updatedAt,
});

export type ConfigEntry = typeof config.$inferSelect;
