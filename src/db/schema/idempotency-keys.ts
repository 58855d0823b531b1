import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { users } from './users.ts';

/** What was answered under an Idempotency-Key; the answer is null while the request runs. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    key: varchar('key', { length: 255 }).notNull(),
    requestHash: varchar('request_hash', { length: 64 }).notNull(),
    statusCode: integer('status_code'),
    contentType: varchar('content_type', { length: 255 }),
    body: text('body'),
    expiresAt: moment('expires_at').notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.key] }),
    index('idempotency_keys_expires_at_index').on(t.expiresAt),
    check('idempotency_keys_answer_whole', sql`(${t.statusCode} is null) = (${t.body} is null)`),
  ],
);

export type IdempotencyKey = typeof idempotencyKeys.$inferSelect;
