import { AppError } from '../../errors.ts';
import { type EnhanceDependencies, enhanceTranscript } from '../../library/enhance-transcript.ts';
import type { LanguageModel } from '../../providers/language-models.ts';
import type { CallsOfRun } from '../calls-of-run.ts';
import { defineHandler, type JobHandler } from '../handler.ts';
import { JobError } from '../job-error.ts';

export type EnhanceJobDependencies = Omit<EnhanceDependencies, 'db' | 'modelCalls'> &
  CallsOfRun & {
    /** Those that the administrator allows, the default first. */
    languageModels: readonly LanguageModel[];
    config: { LLM_MAX_OUTPUT_TOKENS: number };
  };

/** Has a language model correct what a recogniser misheard. */
export function createEnhanceHandler(dependencies: EnhanceJobDependencies): JobHandler {
  const { languageModels, config } = dependencies;
  return defineHandler({
    type: 'enhance',
    // Each asks for one run of segments at a time, and questions must not wait for their turn.
    concurrency: 2,
    isLong: true,
    async run(job) {
      const { db, userId, parameters, signal, progress } = job;
      const { transcriptId } = parameters;
      const modelCalls = dependencies.modelCalls.ofRun(job);
      const known = { ...dependencies, db, modelCalls, signal };
      const since = await startOf(job);
      const result = await enhanceTranscript(known, userId, transcriptId, {
        model: choose(parameters.model),
        maxTokens: config.LLM_MAX_OUTPUT_TOKENS,
        ...{ signal, progress, since },
      });
      return { result: { transcriptId, ...result } };
    },
  });

  /** When the first attempt began, where there was one before. */
  async function startOf({ userId, id, attempt }: { userId: string; id: string; attempt: number }) {
    if (attempt === 1) return undefined;
    return (await dependencies.repositories.jobs.getById(userId, id))?.startedAt ?? undefined;
  }

  function choose(name: string | undefined): LanguageModel {
    const [first] = languageModels;
    if (!first) {
      throw new JobError(
        'language_model_not_configured',
        'There is no language model here. LLM_BASE_URL and LLM_MODEL say where one is.',
      );
    }
    const model = name === undefined ? first : languageModels.find(({ id }) => id === name);
    if (!model) throw new AppError('unknown_model', `There is no model “${name}” here.`);
    return model;
  }
}
