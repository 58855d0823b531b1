import type { Database } from '../db/client.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { LanguageModel, ModelEnd, ModelRequest } from '../providers/language-models.ts';
import type { Speech, SpeechRequest, SpeechToText } from '../providers/speech-to-text.ts';
import { createRepositories } from '../repositories/index.ts';
import type { UsageQuota } from '../schemas/usage.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { checkQuotas, isLimited } from './quotas.ts';
import { recordEmbedding, type TextsToEmbed } from './record-embedding.ts';
import { recordGeneration } from './record-generation.ts';
import { measureRecorded } from './record-measurement.ts';
import { recordTranscription } from './record-transcription.ts';
import { createCallRecords, type ModelCallOptions } from './records.ts';
import { reserveEmbedding } from './reserve-embedding.ts';

export type ModelCalls = ReturnType<typeof createModelCalls>;

/**
 * The one way to models: every call is stored before it is sent, and what came of it afterwards. A
 * request without what came of it is under way, or its process was gone.
 *
 * @param db no transaction, as what is stored has to be there before anything is sent
 */
export function createModelCalls(db: Database, options: ModelCallOptions = {}) {
  const records = createCallRecords(db, options);
  const { usage } = createRepositories(db);
  const { quotas, settled, reportTo } = records;
  return { ...callsOf(undefined), ofRun: callsOf, checkQuota, readQuota, settled, reportTo };

  /** The same for an attempt of a job: calls are linked to it, and end with its signal. */
  function callsOf(run: CallingRun | undefined) {
    return {
      /** As `generate` of a language model, see {@link recordGeneration}. */
      generate: (
        model: LanguageModel,
        caller: ModelCaller,
        request: ModelRequest,
      ): AsyncGenerator<string, ModelEnd> => recordGeneration(records, run, model, caller, request),
      /** As `embed` of a provider, see {@link recordEmbedding}. */
      embed: (provider: EmbeddingProvider, caller: ModelCaller, asked: TextsToEmbed) =>
        recordEmbedding(records, run, provider, caller, asked),
      /** For a call out of a transaction, see {@link reserveEmbedding}. */
      reserve: (provider: EmbeddingProvider, caller: ModelCaller) =>
        reserveEmbedding(records, run, provider, caller),
      /** As `transcribe` of a provider, see {@link recordTranscription}. */
      transcribe: (
        provider: SpeechToText,
        caller: ModelCaller,
        speech: Speech,
        request: SpeechRequest,
      ) => recordTranscription(records, run, provider, caller, speech, request),
      /** Asks how long the vectors of a model are, see {@link measureRecorded}. */
      measure: measureRecorded.bind(undefined, records),
    };
  }

  /**
   * Finds out, before anything begins, that nothing may be asked today.
   *
   * @throws AppError `quota_exceeded`
   */
  async function checkQuota(userId: string): Promise<void> {
    if (isLimited(quotas)) checkQuotas(quotas, await usage.measureToday(userId));
  }

  /** What may be had today, and what was. */
  async function readQuota(userId: string): Promise<UsageQuota> {
    const { requests, tokens, resetsAt } = await usage.measureToday(userId);
    return {
      requests: { limit: quotas.requests || null, used: requests },
      tokens: { limit: quotas.tokens || null, used: tokens },
      resetsAt,
    };
  }
}
