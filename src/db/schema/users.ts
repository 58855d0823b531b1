import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, moment, oneOf, updatedAt } from './columns.ts';

export const USER_ROLES = ['user', 'admin'] as const;

export const users = pgTable(
  'users',
  {
    id,
    email: varchar('email', { length: 255 }).notNull(),
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    role: varchar('role', { length: 50, enum: USER_ROLES }).notNull().default('user'),
    /** Whether the user's searches are kept, so that they can be looked at and judged. */
    searchHistory: boolean('search_history').notNull().default(true),
    /** When its deletion was asked for: from then on nothing is begun for it. */
    closedAt: moment('closed_at'),
    createdAt,
    updatedAt,
  },
  (t) => [
    uniqueIndex('users_email_unique').on(sql`lower(${t.email})`),
    check('users_email_format', sql`${t.email} ~ '^[^@[:space:]]+@[^@[:space:]]+$'`),
    oneOf('users_role_valid', t.role, USER_ROLES),
  ],
);

export type User = typeof users.$inferSelect;
