import { sql } from 'drizzle-orm';
import {
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { anyJson, createdAt, id } from './columns.ts';
import { jobRuns } from './job-runs.ts';
import { messages } from './messages.ts';
import { users } from './users.ts';

/**
 * A request to a provider, written before it is sent. One without a response is under way, or its
 * process was gone before it came. What is asked for is kept only where prompts are stored, and goes
 * with the message or the run that asked (a trigger). Of answers it also goes with any transcript that was
 * there by then, for nobody notes which of them it quotes (a trigger). That somebody asked stays, or
 * quotas would be forgotten with a conversation.
 */
export const llmRequests = pgTable(
  'llm_requests',
  {
    id,
    /** Null where the operator's own work asks, such as a switch of the embedding model. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    jobRunId: uuid('job_run_id').references(() => jobRuns.id, { onDelete: 'set null' }),
    messageId: uuid('message_id').references(() => messages.id, { onDelete: 'set null' }),
    provider: varchar('provider', { length: 100 }).notNull(),
    model: varchar('model', { length: 255 }).notNull(),
    purpose: varchar('purpose', { length: 50 }).notNull(),
    request: anyJson('request'),
    /** As we estimate them; the response has what the provider counted. */
    promptTokens: integer('prompt_tokens').notNull(),
    /** Of speech that is to be transcribed. */
    audioMs: integer('audio_ms'),
    createdAt,
  },
  (t) => [
    index('llm_requests_user_id_created_at_index').on(t.userId, t.createdAt),
    index('llm_requests_job_run_index').on(t.jobRunId).where(sql`${t.jobRunId} is not null`),
    index('llm_requests_message_index').on(t.messageId).where(sql`${t.messageId} is not null`),
    // Prompts of answers: they are emptied when a transcript is deleted.
    index('llm_requests_prompts_index')
      .on(t.userId, t.createdAt)
      .where(sql`${t.messageId} is not null and ${t.request} is not null`),
    check('llm_requests_purpose_valid', sql`${t.purpose} ~ '^[a-z][a-z-]*$'`),
    check('llm_requests_prompt_tokens_valid', sql`${t.promptTokens} >= 0`),
    check('llm_requests_audio_valid', sql`${t.audioMs} >= 0`),
  ],
);

/** What came of a request: an answer, or an error. */
export const llmResponses = pgTable(
  'llm_responses',
  {
    requestId: uuid('request_id')
      .primaryKey()
      .references(() => llmRequests.id, { onDelete: 'cascade' }),
    response: anyJson('response'),
    promptTokens: integer('prompt_tokens'),
    completionTokens: integer('completion_tokens').notNull().default(0),
    finishReason: varchar('finish_reason', { length: 50 }),
    latencyMs: integer('latency_ms').notNull(),
    /** Null where the model has no price. */
    costUsd: doublePrecision('cost_usd'),
    errorCode: varchar('error_code', { length: 50 }),
    error: text('error'),
    createdAt,
  },
  (t) => [
    check(
      'llm_responses_counts_valid',
      sql`${t.promptTokens} >= 0 and ${t.completionTokens} >= 0 and ${t.latencyMs} >= 0`,
    ),
    check('llm_responses_cost_valid', sql`${t.costUsd} >= 0`),
    check('llm_responses_error_whole', sql`(${t.errorCode} is null) = (${t.error} is null)`),
  ],
);

export type LlmRequest = typeof llmRequests.$inferSelect;
export type LlmResponse = typeof llmResponses.$inferSelect;
