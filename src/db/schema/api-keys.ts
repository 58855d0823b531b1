import { sql } from 'drizzle-orm';
import { check, pgTable, text, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';
import { users } from './users.ts';

export const API_KEY_SCOPES = ['read', 'write', 'chat', 'admin'] as const;

export const apiKeys = pgTable(
  'api_keys',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: varchar('name', { length: 255 }).notNull(),
    /** The readable beginning of the key, by which its owner recognises it. */
    prefix: varchar('prefix', { length: 32 }).notNull(),
    /** SHA-256 of the whole key, in hex. */
    secretHash: varchar('secret_hash', { length: 64 }).notNull(),
    scopes: text('scopes', { enum: API_KEY_SCOPES }).array().notNull(),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
    createdAt,
  },
  (t) => [
    unique('api_keys_user_id_id_unique').on(t.userId, t.id),
    unique('api_keys_secret_hash_unique').on(t.secretHash),
    check(
      'api_keys_scopes_valid',
      sql`${t.scopes} <@ array['read', 'write', 'chat', 'admin']::text[] and cardinality(${t.scopes}) > 0`,
    ),
  ],
);

export type ApiKey = typeof apiKeys.$inferSelect;
