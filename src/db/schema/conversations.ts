import { index, jsonb, pgTable, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import type { Scope } from '../../schemas/scope.ts';
import { createdAt, id, updatedAt } from './columns.ts';
import { users } from './users.ts';

export const conversations = pgTable(
  'conversations',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: varchar('title', { length: 500 }),
    scope: jsonb('scope').$type<Scope>(),
    createdAt,
    /** Moved by a trigger on every new message. */
    updatedAt,
  },
  (t) => [
    unique('conversations_user_id_id_unique').on(t.userId, t.id),
    index('conversations_updated_at_index').on(t.updatedAt.desc().nullsFirst()),
    index('conversations_user_id_updated_at_index').on(
      t.userId,
      t.updatedAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
  ],
);

export type Conversation = typeof conversations.$inferSelect;
