import { index, pgTable, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';
import { users } from './users.ts';

export const sessions = pgTable(
  'sessions',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the token, in hex; the token itself is never stored. */
    tokenHash: varchar('token_hash', { length: 255 }).notNull(),
    expiresAt: moment('expires_at').notNull(),
    lastUsedAt: moment('last_used_at').notNull().defaultNow(),
    createdAt,
  },
  (t) => [
    unique('sessions_user_id_id_unique').on(t.userId, t.id),
    unique('sessions_token_hash_unique').on(t.tokenHash),
    index('sessions_expires_at_index').on(t.expiresAt),
  ],
);

export type Session = typeof sessions.$inferSelect;
