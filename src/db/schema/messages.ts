import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  foreignKey,
  index,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { MessageMetadata } from '../../schemas/messages.ts';
import { createdAt, id, oneOf } from './columns.ts';
import { conversations } from './conversations.ts';

export const MESSAGE_ROLES = ['user', 'assistant', 'system'] as const;
export const MESSAGE_STATUSES = ['complete', 'streaming', 'interrupted', 'failed'] as const;

export const messages = pgTable(
  'messages',
  {
    id,
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    parentId: uuid('parent_id'),
    role: varchar('role', { length: 50, enum: MESSAGE_ROLES }).notNull(),
    content: text('content').notNull(),
    status: varchar('status', { length: 50, enum: MESSAGE_STATUSES }).notNull().default('complete'),
    metadata: jsonb('metadata').$type<MessageMetadata>().notNull().default({}),
    /** Whether the message is on the branch that its conversation shows. */
    active: boolean('active').notNull().default(true),
    /** The order within a conversation; unlike a timestamp it cannot tie. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    createdAt,
  },
  (t) => [
    unique('messages_conversation_id_id_unique').on(t.conversationId, t.id),
    // A reply stays in the conversation of the message that it replies to.
    foreignKey({
      name: 'messages_parent_fk',
      columns: [t.conversationId, t.parentId],
      foreignColumns: [t.conversationId, t.id],
    }).onDelete('cascade'),
    index('messages_conversation_id_position_index')
      .on(t.conversationId, t.position)
      .where(sql`${t.active}`),
    // The active messages are one path: no message has two active replies.
    uniqueIndex('messages_active_reply_unique')
      .on(t.conversationId, sql`coalesce(${t.parentId}, ${t.conversationId})`)
      .where(sql`${t.active}`),
    index('messages_conversation_id_parent_id_index').on(t.conversationId, t.parentId),
    index('messages_created_at_index').on(t.createdAt),
    index('messages_streaming_index').on(t.createdAt).where(sql`${t.status} = 'streaming'`),
    index('messages_metadata_index').using('gin', t.metadata),
    oneOf('messages_role_valid', t.role, MESSAGE_ROLES),
    oneOf('messages_status_valid', t.status, MESSAGE_STATUSES),
  ],
);

export type Message = typeof messages.$inferSelect;
