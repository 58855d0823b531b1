import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { MessageWithCitations } from '../repositories/messages.ts';
import { checkScope } from '../retrieval/scope.ts';
import type { SearchDependencies } from '../retrieval/search.ts';
import type { AskBody, Message } from '../schemas/messages.ts';
import type { Scope } from '../schemas/scope.ts';
import type { Answerers } from './answerers.ts';
import type { Emit } from './events.ts';
import { makeAnswer } from './make-answer.ts';
import { readHistory } from './read-history.ts';

export type AskDependencies = SearchDependencies & {
  repositories: Repositories;
  answerers: Answerers;
};

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
 * @throws AppError `not_found` for the conversation, `unknown_model`, and what `checkScope` throws
 */
export async function ask(
  dependencies: AskDependencies,
  userId: string,
  conversationId: string,
  { content, scope: ownScope, model, playhead, strictCitations = false }: AskBody,
): Promise<PendingAnswer> {
  const { repositories, db, answerers } = dependencies;
  const answerer = answerers.get(model);
  const conversation = await repositories.conversations.getById(userId, conversationId);
  if (!conversation) throw new AppError('not_found');
  const given = ownScope ?? conversation.scope ?? undefined;
  const scope = await checkScope(repositories, userId, given, playhead);
  const history = await readHistory(repositories, userId, conversationId);
  const message = await storeQuestion(db, userId, conversationId, content, scope);
  const question = {
    userId,
    content,
    history,
    scope,
    playhead,
    strictCitations,
    answerer,
    signal: new AbortController().signal,
  };
  return { run: (emit) => makeAnswer(dependencies, question, message, emit) };
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
