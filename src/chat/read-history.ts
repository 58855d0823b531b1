import type { ModelTurn } from '../providers/language-models.ts';
import type { Repositories } from '../repositories/index.ts';

/** Questions and answers that a model is told of; older ones are rarely what a question is about. */
const MOST_TURNS = 10;

/** What a conversation shows so far, as a model is told of it: the oldest first. */
export async function readHistory(
  { messages }: Repositories,
  userId: string,
  conversationId: string,
): Promise<ModelTurn[]> {
  const rows = await messages.getLastN(userId, conversationId, MOST_TURNS);
  return rows
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
}
