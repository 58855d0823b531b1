import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesForeignKey } from '../db/errors.ts';
import {
  type LlmRequest,
  type LlmResponse,
  llmRequests,
  llmResponses,
  messageLeases,
} from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';

export type ModelCallsRepository = ReturnType<typeof createModelCallsRepository>;

/** A request to a provider that is about to be sent. */
export type NewModelCall = Pick<
  LlmRequest,
  'provider' | 'model' | 'purpose' | 'messageId' | 'jobRunId' | 'promptTokens' | 'audioMs'
> & {
  /** What is asked for, where it is kept. */
  request: unknown;
};

/** What came of it. */
export type ModelCallEnd = Omit<LlmResponse, 'requestId' | 'createdAt'>;

/** What goes with a message, a run or an account, and may be gone before the request is noted. */
const OWNERS = [
  'llm_requests_user_id_users_id_fk',
  'llm_requests_message_id_messages_id_fk',
  'llm_requests_job_run_id_job_runs_id_fk',
];

/** Calls to providers, each as it begins and as it ends. `userId` is null for the operator's own. */
export function createModelCallsRepository(db: Database) {
  return { begin, noteAudio, end, withdraw };

  /**
   * Notes a request. What is asked for is not kept of an answer whose asker has deleted a transcript since
   * it began: it may have been read before.
   *
   * @returns its id
   * @throws AppError `not_found` when whoever asks is gone
   */
  async function begin(userId: string | null, call: NewModelCall): Promise<string> {
    try {
      const [row] = await db
        .insert(llmRequests)
        .values({ ...call, userId, request: keptRequest(call) })
        .returning({ id: llmRequests.id });
      return inserted(row).id;
    } catch (error) {
      if (OWNERS.some((name) => violatesForeignKey(error, name))) throw new AppError('not_found');
      throw error;
    }
  }

  function keptRequest({ request, messageId }: NewModelCall) {
    if (request === null || messageId === null) return request;
    // The lock: who deletes a transcript meanwhile takes away what is written here, or is seen here.
    return sql`case when exists (
        select from ${messageLeases} where message_id = ${messageId}
          and transcript_deleted_at is null for share)
      then ${JSON.stringify(request)}::text::jsonb end`;
  }

  /** Notes how long speech was, in ms, where only the answer to a request has told it. */
  async function noteAudio(userId: string | null, id: string, audioMs: number): Promise<void> {
    await db
      .update(llmRequests)
      .set({ audioMs })
      .where(
        sql`${llmRequests.id} = ${id} and ${llmRequests.userId} is not distinct from ${userId}::uuid`,
      );
  }

  /**
   * Notes what came of a request; nothing, where the request is gone or has ended. What was written is
   * kept only where what was asked is still there.
   */
  async function end(
    userId: string | null,
    id: string,
    { response, ...end }: ModelCallEnd,
  ): Promise<void> {
    const kept = JSON.stringify(response ?? null);
    // The lock: who deletes a message meanwhile takes away what is written here, or is seen here.
    await db
      .insert(llmResponses)
      .select(
        sql`select id,
            case when request is not null then nullif(${kept}::text::jsonb, 'null'::jsonb) end,
            ${end.promptTokens}::integer, ${end.completionTokens}::integer,
            ${end.finishReason}::varchar, ${end.latencyMs}::integer, ${end.costUsd}::float8,
            ${end.errorCode}::varchar, ${end.error}::text, now()
          from ${llmRequests}
          where id = ${id} and user_id is not distinct from ${userId}::uuid for share`,
      )
      .onConflictDoNothing();
  }

  /** Removes a request that was never sent. */
  async function withdraw(userId: string | null, id: string): Promise<void> {
    await db.delete(llmRequests).where(
      sql`${llmRequests.id} = ${id} and ${llmRequests.userId} is not distinct from ${userId}::uuid
          and not exists (select from ${llmResponses} where ${llmResponses.requestId} = ${llmRequests.id})`,
    );
  }
}
