import { setTimeout } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';

/** How vectors are made, and for whom: null for the operator. */
export type EmbeddingWay = {
  provider: EmbeddingProvider;
  modelCalls: Pick<ModelCalls, 'embed'>;
  userId: string | null;
};

export type Patience = {
  signal?: AbortSignal | undefined;
  /** The first wait before trying again, in ms; each further one is twice as long. */
  waitMs?: number | undefined;
};

/** How often texts are tried, beyond what the provider does for each request; about a minute. */
const ATTEMPTS = 6;
const WAIT_MS = 2_000;

/**
 * Embeds documents by a provider that may be away for a moment.
 *
 * @throws AppError `model_failed`, `model_timeout` or `model_unavailable` when the provider keeps
 *   failing; `quota_exceeded`; the signal's reason once it is aborted
 */
export async function embedPatiently(
  { provider, modelCalls, userId }: EmbeddingWay,
  texts: readonly string[],
  { signal, waitMs = WAIT_MS }: Patience = {},
): Promise<Float32Array[]> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      const caller = { userId, purpose: 'embedding' } as const;
      return await modelCalls.embed(provider, caller, { texts, purpose: 'document', signal });
    } catch (error) {
      if (attempt === ATTEMPTS || !mayPass(error)) throw error;
      const asked = (error.retryAfterSeconds ?? 0) * 1_000;
      const wait = Math.max(asked, waitMs * 2 ** (attempt - 1));
      await setTimeout(wait, undefined, signal ? { signal } : {});
    }
  }
}

function mayPass(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  return error.code === 'model_unavailable' || error.code === 'model_timeout';
}
