import { AppError, invalidValue } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { Repositories } from '../repositories/index.ts';
import { checkScope } from '../retrieval/scope.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { AskBody, MessageMetadata } from '../schemas/messages.ts';
import type { Problem } from '../schemas/problem.ts';
import type { Answerers } from './answerers.ts';
import type { LiveAnswer, LiveAnswers } from './live/live-answers.ts';
import { makeAnswer } from './make-answer.ts';
import { type QuestionToStore, storeQuestion } from './take-question.ts';

export type AskDependencies = SearchDependencies & {
  repositories: Repositories;
  modelCalls: Pick<ModelCalls, 'checkQuota'>;
  answerers: Answerers;
  liveAnswers: LiveAnswers;
};

/** What an error is to the readers of a stream. */
export type DescribeError = (error: unknown) => Problem;

/**
 * Takes a question, and begins to answer it. All that the caller can get wrong is found before
 * anything is stored or streamed. Whoever asked may leave: the answer is made all the same.
 *
 * @throws AppError `not_found` for the conversation or the parent, `unknown_model`,
 *   `quota_exceeded`, `too_many_branches`, and what `checkScope` throws
 */
export async function ask(
  dependencies: AskDependencies,
  userId: string,
  conversationId: string,
  { content, parentId, scope: ownScope, ...asked }: AskBody,
  describe: DescribeError,
): Promise<LiveAnswer> {
  const { repositories } = dependencies;
  const conversation = await repositories.conversations.getById(userId, conversationId);
  if (!conversation) throw new AppError('not_found');
  if (parentId) await checkParent(repositories, userId, conversation.id, parentId);
  const scope = ownScope ?? conversation.scope;
  const metadata = scope ? { ...asked, scope } : asked;
  const question = { conversationId, content, parentId, metadata };
  return answerQuestion(dependencies, userId, question, question, describe);
}

/**
 * Begins to answer a question that is new, or another time one that is there.
 *
 * @param store what to store of it
 */
export async function answerQuestion(
  dependencies: AskDependencies,
  userId: string,
  store: QuestionToStore,
  { content, metadata }: { content: string; metadata: MessageMetadata },
  describe: DescribeError,
): Promise<LiveAnswer> {
  const { repositories, db, answerers, liveAnswers, modelCalls } = dependencies;
  const { model, playhead, strictCitations = false } = metadata;
  const answerer = answerers.get(model);
  if (answerer.asksModel) await modelCalls.checkQuota(userId);
  const scope = await checkScope(repositories, userId, metadata.scope, playhead);
  const stored = 'id' in store ? store : { ...store, metadata: { ...metadata, scope } };
  const { answer, history } = await storeQuestion(db, userId, stored, liveAnswers.writer);
  return liveAnswers.start(answer.id, (live) => {
    const { signal } = live;
    const question = {
      ...{ userId, content, history, scope, playhead, strictCitations, answerer, signal },
      messageId: answer.id,
    };
    return makeAnswer(dependencies, question, answer, live, describe);
  });
}

/** @throws AppError `not_found` unless it is in the conversation, `validation_failed` for a question */
async function checkParent(
  { messages }: Repositories,
  userId: string,
  conversationId: string,
  parentId: string,
): Promise<void> {
  const parent = await messages.getById(userId, parentId);
  if (parent?.conversationId !== conversationId) throw new AppError('not_found');
  if (parent.role === 'user') {
    throw invalidValue('/parentId', 'is a question; a question follows an answer');
  }
}
