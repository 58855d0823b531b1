import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, oneOf, updatedAt } from './columns.ts';
import { users } from './users.ts';

export const TEMPLATE_TYPES = [
  'linkedin',
  'twitter',
  'blog',
  'email',
  'summary',
  'analysis',
  'export',
  'chat',
] as const;

export const templates = pgTable(
  'templates',
  {
    id,
    /** Null for the built-in templates, which everybody reads and nobody changes. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    templateType: varchar('template_type', { length: 50, enum: TEMPLATE_TYPES }).notNull(),
    templateName: varchar('template_name', { length: 255 }).notNull(),
    templateContent: text('template_content').notNull(),
    variables: jsonb('variables').$type<string[]>().notNull().default([]),
    isDefault: boolean('is_default').notNull().default(false),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('templates_name_unique').on(t.userId, t.templateType, t.templateName).nullsNotDistinct(),
    // At most one default of a type per owner; drizzle-kit knows NULLS NOT DISTINCT only on
    // constraints, so the built-in ones have an index of their own.
    uniqueIndex('templates_default_unique')
      .on(t.userId, t.templateType)
      .where(sql`${t.isDefault} and ${t.userId} is not null`),
    uniqueIndex('templates_built_in_default_unique')
      .on(t.templateType)
      .where(sql`${t.isDefault} and ${t.userId} is null`),
    index('templates_user_id_index').on(t.userId),
    index('templates_type_default_index').on(t.templateType, t.isDefault),
    oneOf('templates_type_valid', t.templateType, TEMPLATE_TYPES),
  ],
);

export type Template = typeof templates.$inferSelect;
