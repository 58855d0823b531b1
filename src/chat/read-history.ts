import type { ModelTurn } from '../providers/language-models.ts';
import type { Repositories } from '../repositories/index.ts';

/** Questions and answers that a model is told of; older ones are rarely what a question is about. */
const MOST_TURNS = 10;

/**
 * What was said on the way to a message and in it, as a model is told of it: the oldest first. What
 * is on other branches is not part of it.
 */
export async function readHistory(
  { messages }: Repositories,
  userId: string,
  messageId: string,
): Promise<ModelTurn[]> {
  const rows = await messages.listPath(userId, messageId, MOST_TURNS);
  return rows
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
}
