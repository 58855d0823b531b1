import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { embedAs, isInProcess, type TextsToEmbed } from './record-embedding.ts';
import type { CallRecords } from './records.ts';

/** An embedding whose request is stored already. It is made once, or not at all. */
export type ReservedEmbedding = {
  embed(asked: TextsToEmbed): Promise<Float32Array[]>;
  /** To be called in the end: takes the request back, if nothing was embedded. */
  release(): Promise<void>;
};

/**
 * Stores a request before it is known what it will be, for who has to embed in the middle of a
 * transaction: there nothing could be stored for good.
 */
export async function reserveEmbedding(
  records: CallRecords,
  run: CallingRun | undefined,
  provider: EmbeddingProvider,
  caller: ModelCaller,
): Promise<ReservedEmbedding> {
  if (isInProcess(provider)) {
    return {
      embed: ({ texts, purpose, signal }) => provider.embed(texts, purpose, signal),
      release: async () => {},
    };
  }
  const { provider: implementation, name } = provider;
  const about = { provider: implementation, model: name, promptTokens: 0 };
  const call = await records.begin(caller, run, about);
  let isSent = false;
  return {
    embed(asked) {
      isSent = true;
      return embedAs(call, provider, asked);
    },
    async release() {
      if (!isSent) await call.withdraw();
    },
  };
}
