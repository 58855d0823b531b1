import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import type { ModelTurn } from '../providers/language-models.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { MessageWithCitations, NewMessage } from '../repositories/messages.ts';
import { readHistory } from './read-history.ts';

/** A question and an empty answer, both stored. */
type StoredQuestion = {
  answer: MessageWithCitations;
  /** What was asked and answered on the way to the question. */
  history: ModelTurn[];
};
/** A question that is new, or that is there and gets another answer. */
export type QuestionToStore =
  | (Pick<NewMessage, 'conversationId' | 'content' | 'metadata'> & {
      /** null for the beginning; undefined for behind the last message. */
      parentId: string | null | undefined;
    })
  | { id: string };

/** More replies to one message than anybody looks through. */
const MOST_BRANCHES = 100;

/**
 * Stores a question, where it is new, and the answer that is to be written, in one transaction.
 *
 * @param writer the process that will write the answer
 * @throws AppError `not_found` for a conversation or a parent, `too_many_branches`
 */
export function storeQuestion(
  db: Database,
  userId: string,
  given: QuestionToStore,
  writer: string,
): Promise<StoredQuestion> {
  return db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    const id = 'id' in given ? given.id : await createQuestion(repositories, userId, given);
    const question = await checkBranches(repositories, userId, id);
    const { conversationId, parentId } = question;
    const { playhead } = question.metadata;
    const answerId = await create(repositories, userId, {
      conversationId,
      parentId: id,
      role: 'assistant',
      content: '',
      status: 'streaming',
    });
    await repositories.messageLeases.create(userId, answerId, writer);
    const answer = await checkBranches(repositories, userId, answerId);
    const history =
      parentId === null ? [] : await readHistory(repositories, userId, parentId, playhead);
    return { answer, history };
  });
}

function createQuestion(
  repositories: Repositories,
  userId: string,
  { parentId, ...values }: Exclude<QuestionToStore, { id: string }>,
): Promise<string> {
  const place = parentId === undefined ? {} : { parentId };
  return create(repositories, userId, { ...values, ...place, role: 'user' });
}

async function create({ messages }: Repositories, userId: string, values: NewMessage) {
  const message = await messages.create(userId, values);
  // The conversation or the parent was deleted in this very moment.
  if (!message) throw new AppError('not_found');
  return message.id;
}

async function checkBranches({ messages }: Repositories, userId: string, id: string) {
  const message = await messages.getById(userId, id);
  if (!message) throw new AppError('not_found');
  if (message.siblingIds.length > MOST_BRANCHES) {
    throw new AppError('too_many_branches', `A message has ${MOST_BRANCHES} replies at most.`);
  }
  return message;
}
