import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories } from '../repositories/index.ts';
import type { MessageWithCitations } from '../repositories/messages.ts';
import { checkScope } from '../retrieval/scope.ts';
import type { AskBody, Message } from '../schemas/messages.ts';
import type { Scope } from '../schemas/scope.ts';
import type { Emit } from './events.ts';
import { type AnswerDependencies, makeAnswer } from './make-answer.ts';

export type AskDependencies = AnswerDependencies & { db: Database };

/** A question that was taken: it can no longer fail cleanly, for it and its answer are stored. */
export type PendingAnswer = {
  /**
   * Makes the answer; see {@link makeAnswer}. Whoever listens may leave: it is made all the same.
   */
  run(emit: Emit): Promise<Message>;
};

/**
 * Takes a question. All that the caller can get wrong is found here, before anything is stored or
 * streamed.
 *
 * @throws AppError `not_found` for the conversation, or for an id in the scope
 */
export async function ask(
  dependencies: AskDependencies,
  userId: string,
  conversationId: string,
  { content, scope: ownScope }: AskBody,
): Promise<PendingAnswer> {
  const { repositories, db } = dependencies;
  const conversation = await repositories.conversations.getById(userId, conversationId);
  if (!conversation) throw new AppError('not_found');
  const given = ownScope ?? conversation.scope ?? {};
  const scope = await checkScope(repositories, userId, given);
  const message = await storeQuestion(db, userId, conversationId, content, scope);
  return { run: (emit) => makeAnswer(dependencies, { userId, content, scope, message }, emit) };
}

/** Stores a question behind the last message of its conversation, and the answer to be written. */
async function storeQuestion(
  db: Database,
  userId: string,
  conversationId: string,
  content: string,
  scope: Scope,
): Promise<MessageWithCitations> {
  return db.transaction(async (tx) => {
    const { messages } = createRepositories(tx);
    const [last] = await messages.getLastN(userId, conversationId, 1);
    const question = await messages.create(userId, {
      conversationId,
      parentId: last?.id ?? null,
      role: 'user',
      content,
      metadata: { scope },
    });
    // The conversation was deleted in this very moment.
    if (!question) throw new AppError('not_found');
    const answer = await messages.create(userId, {
      conversationId,
      parentId: question.id,
      role: 'assistant',
      content: '',
      status: 'streaming',
    });
    if (!answer) throw new AppError('not_found');
    return { ...answer, citations: [] };
  });
}
