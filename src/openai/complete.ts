import { randomUUID } from 'node:crypto';
import type { Answerers } from '../chat/answerers.ts';
import { composeAnswer } from '../chat/compose-answer.ts';
import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { Repositories } from '../repositories/index.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { ChatCompletionRequest } from '../schemas/openai-chat.ts';
import type { ChatCompletionChunk, CompletionUsage } from '../schemas/openai-completions.ts';
import { countTokens } from '../transcripts/tokens.ts';
import { createTitles } from './find-titles.ts';
import { readScope } from './read-scope.ts';
import { readTurns } from './read-turns.ts';
import { type CompletionEnd, writeCompletion } from './write-completion.ts';

type CompletionDependencies = SearchDependencies & {
  repositories: Repositories;
  answerers: Answerers;
  modelCalls: Pick<ModelCalls, 'checkQuota'>;
  /** The longest that an answer may take, in milliseconds. */
  config: { ANSWER_TIMEOUT_MS: number };
};

/** How a completion ended, and what it cost. */
export type CompletionResult = CompletionEnd & { usage: CompletionUsage };

/** A completion that is being written. */
export type PendingCompletion = Pick<ChatCompletionChunk, 'id' | 'created' | 'model'> & {
  /** Its text, in pieces; the first is empty, and comes when the passages were found. */
  text: AsyncGenerator<string, CompletionResult>;
};

/**
 * Takes a question that is asked as OpenAI's clients ask. Nothing is stored. What the caller can get
 * wrong is found here, before anything is written.
 *
 * @param origin of this API
 * @param signal ends the answer, and the provider's request
 * @throws AppError `not_found` for the model or the scope; `unknown_model`; `validation_failed`;
 *   `quota_exceeded`
 */
export async function complete(
  dependencies: CompletionDependencies,
  userId: string,
  body: ChatCompletionRequest,
  origin: string,
  signal: AbortSignal,
): Promise<PendingCompletion> {
  const { model, metadata } = body;
  const { content, history } = readTurns(body.messages);
  const answerer = dependencies.answerers.get(metadata?.model ?? undefined);
  if (answerer.asksModel) await dependencies.modelCalls.checkQuota(userId);
  const scope = await readScope(dependencies.repositories, userId, body);
  const strictCitations = String(metadata?.strictCitations ?? false) === 'true';
  // A text that ends early, by a stop, its length or its time, ends the provider's request as well.
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const prompts: string[] = [];
  const events = composeAnswer(dependencies, {
    userId,
    content,
    history,
    scope,
    strictCitations,
    answerer,
    signal: either,
    onPrompt: (turns) => prompts.push(...turns.map((turn) => turn.content)),
  });
  const created = Math.floor(Date.now() / 1_000);
  return { id: `chatcmpl-${randomUUID()}`, created, model, text: write() };

  async function* write(): AsyncGenerator<string, CompletionResult> {
    const stops = [body.stop ?? []].flat();
    const titleOf = createTitles(dependencies.repositories, userId);
    const limits = { stops, maxTokens: maxTokensOf(body), origin, titleOf, signal: either };
    const limit = setTimeout(
      () => ended.abort(new AppError('model_timeout', 'The answer took too long.')),
      dependencies.config.ANSWER_TIMEOUT_MS,
    );
    try {
      const end = yield* writeCompletion(events, limits);
      const asked = [...history.map((turn) => turn.content), content];
      return { ...end, usage: usageOf(end, prompts.length > 0 ? prompts : asked) };
    } finally {
      clearTimeout(limit);
      ended.abort();
    }
  }
}

function maxTokensOf({ max_tokens, max_completion_tokens }: ChatCompletionRequest) {
  return max_completion_tokens ?? max_tokens ?? undefined;
}

/** What an answer cost. Of one that was cut short nobody was told, so that it is counted here. */
function usageOf({ answer, content }: CompletionEnd, asked: readonly string[]): CompletionUsage {
  const prompt =
    answer?.usage.promptTokens ?? asked.reduce((sum, text) => sum + countTokens(text), 0);
  const completion = answer?.usage.completionTokens ?? countTokens(content);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}
