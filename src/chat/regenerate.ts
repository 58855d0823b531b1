import { AppError } from '../errors.ts';
import type { RegenerateBody } from '../schemas/messages.ts';
import { type AskDependencies, answerQuestion, type DescribeError } from './ask.ts';
import type { LiveAnswer } from './live/live-answers.ts';

/**
 * Answers a question once more. The new answer stands beside those that there are, and is what the
 * conversation shows.
 *
 * @param messageId the question, or an answer to it
 * @throws AppError `not_found` for the message, or for an id in the question's scope; `no_question`,
 *   `unknown_model`, `quota_exceeded`, `too_many_branches`
 */
export async function regenerate(
  dependencies: AskDependencies,
  userId: string,
  messageId: string,
  { model, strictCitations }: RegenerateBody,
  describe: DescribeError,
): Promise<LiveAnswer> {
  const { messages } = dependencies.repositories;
  const message = await messages.getById(userId, messageId);
  if (!message) throw new AppError('not_found');
  const questionId = message.role === 'user' ? message.id : message.parentId;
  const question = questionId === null ? undefined : await messages.getById(userId, questionId);
  if (question?.role !== 'user') throw new AppError('no_question');
  const metadata = {
    ...question.metadata,
    ...(model === undefined ? {} : { model }),
    ...(strictCitations === undefined ? {} : { strictCitations }),
  };
  const { id, content } = question;
  return answerQuestion(dependencies, userId, { id }, { content, metadata }, describe);
}
