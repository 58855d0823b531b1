import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { LanguageModel } from '../providers/language-models.ts';
import type { AnswerEnd, Answerer, Question } from './answerer.ts';
import { createModelWriter } from './model-writer.ts';
import { nothingSaid } from './nothing-said.ts';
import { prefixOf } from './passages.ts';
import { planPrompt } from './plan-prompt.ts';
import { takeNotes } from './take-notes.ts';
import { withoutNumbers } from './without-numbers.ts';

type ModelAnswererOptions = {
  /** The longest answer, in tokens; less where the model's context is small. */
  maxTokens?: number;
  /** Makes the key of a request's fences. */
  createKey?: () => string;
};

/** The longest answer, in tokens: some 700 words. */
const MAX_TOKENS = 1_024;

/**
 * Answers by a language model, which is given passages as data and may cite nothing else. What is
 * too long to be read at once is read in parts, of which notes are taken first.
 */
export function createModelAnswerer(
  modelCalls: Pick<ModelCalls, 'generate'>,
  model: LanguageModel,
  { maxTokens = MAX_TOKENS, createKey = randomUUID }: ModelAnswererOptions = {},
): Answerer {
  return {
    name: model.id,
    asksModel: true,
    select: (question) => plan(question).passages,
    answer,
  };

  function plan(question: Question) {
    const limit = Math.min(maxTokens, Math.floor(model.contextTokens / 4));
    return planPrompt(question, { contextTokens: model.contextTokens, maxTokens: limit });
  }

  async function* answer(question: Question): AsyncGenerator<string, AnswerEnd> {
    if (question.passages.length === 0) {
      // Nothing is in scope: what a model says without a passage has no support.
      yield nothingSaid(question.transcriptsInScope);
      return { promptTokens: 0, completionTokens: 0 };
    }
    const planned = plan(question);
    if (planned.passages.length === 0) {
      throw new AppError('model_failed', 'The question is too long for this model.');
    }
    const writer = createModelWriter(modelCalls, model, question);
    const key = createKey();
    const notes =
      planned.parts && (await takeNotes(writer, question, planned.parts, key, planned.maxTokens));
    // No part holds anything for the answer.
    if (notes === '') {
      yield nothingSaid(question.transcriptsInScope);
      return writer.usage();
    }
    const written = writer.write('answer', planned.turns(key, notes), planned.maxTokens);
    yield* withoutNumbers(written, prefixOf(question.passages));
    return { ...writer.usage(), isCut: writer.isCut() };
  }
}
