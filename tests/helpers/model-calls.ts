import type { Database } from '../../src/db/client.ts';
import { query } from './database.ts';

/** A call as it is stored: the request, and what came of it. */
export type StoredCall = {
  id: string;
  userId: string | null;
  messageId: string | null;
  jobRunId: string | null;
  provider: string;
  model: string;
  purpose: string;
  request: { messages: { content: string }[]; maxTokens: number } | null;
  estimated: number;
  /** Null while there is no response. */
  latencyMs: number | null;
  response: { content: string } | null;
  promptTokens: number | null;
  completionTokens: number | null;
  finishReason: string | null;
  costUsd: number | null;
  errorCode: string | null;
  error: string | null;
};

/** All calls, the oldest first. */
export function storedCalls(db: Database): Promise<StoredCall[]> {
  return query<StoredCall>(
    db,
    `select q.id, user_id as "userId", message_id as "messageId", job_run_id as "jobRunId", provider,
       model, purpose, request, q.prompt_tokens as estimated, latency_ms as "latencyMs", response,
       r.prompt_tokens as "promptTokens", completion_tokens as "completionTokens",
       finish_reason as "finishReason", cost_usd as "costUsd", error_code as "errorCode", error
     from llm_requests q left join llm_responses r on r.request_id = q.id order by q.created_at, q.id`,
  );
}
