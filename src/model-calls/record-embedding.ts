import type { EmbeddingProvider, EmbeddingPurpose } from '../providers/embeddings.ts';
import { HASH } from '../providers/hash-embeddings.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { type BegunCall, type CallRecords, describeFailure } from './records.ts';
import { roughTokens } from './rough-tokens.ts';

/** What is to be embedded, as a provider's `embed` takes it. */
export type TextsToEmbed = {
  texts: readonly string[];
  purpose: EmbeddingPurpose;
  signal?: AbortSignal | undefined;
};

/** Whether vectors are made in this process, which is no call. */
export const isInProcess = ({ provider }: Pick<EmbeddingProvider, 'provider'>): boolean =>
  provider === HASH;

/**
 * Turns texts into vectors, as a provider's `embed` does, and records that: one call, in however many
 * requests the provider gets the texts. The texts are not kept: they are those of chunks and messages.
 *
 * @throws as `embed` does; AppError `quota_exceeded`; whatever keeps the request from being stored
 */
export async function recordEmbedding(
  records: CallRecords,
  run: CallingRun | undefined,
  provider: EmbeddingProvider,
  caller: ModelCaller,
  asked: TextsToEmbed,
): Promise<Float32Array[]> {
  const signal = run ? eitherOf(run.signal, asked.signal) : asked.signal;
  const { texts, purpose } = asked;
  if (isInProcess(provider) || texts.length === 0) return provider.embed(texts, purpose, signal);
  const { provider: implementation, name } = provider;
  const promptTokens = roughTokens(texts);
  const about = { provider: implementation, model: name, promptTokens };
  const call = await records.begin(caller, run, about);
  const embedded = embedAs(call, provider, { texts, purpose, signal });
  // A job that has completed has no such calls without an end.
  return run ? embedded.finally(call.ended) : embedded;
}

/** Embeds for a call that has begun. Nobody waits for its end to be stored. */
export async function embedAs(
  call: BegunCall,
  provider: EmbeddingProvider,
  { texts, purpose, signal }: TextsToEmbed,
): Promise<Float32Array[]> {
  let counted = 0;
  try {
    const vectors = await provider.embed(texts, purpose, signal, (tokens, part) => {
      // Some servers do not count.
      counted += tokens > 0 ? tokens : roughTokens(part);
    });
    const promptTokens = counted > 0 ? counted : roughTokens(texts);
    void call.end({ finishReason: 'stop', promptTokens, completionTokens: 0 });
    return vectors;
  } catch (error) {
    void call.end({
      finishReason: signal?.aborted ? 'cancelled' : null,
      promptTokens: counted > 0 ? counted : null,
      completionTokens: 0,
      failure: signal?.aborted ? undefined : describeFailure(error),
    });
    throw error;
  }
}

function eitherOf(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second ? AbortSignal.any([first, second]) : first;
}
