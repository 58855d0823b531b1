import type { Database } from '../db/client.ts';
import { carryMessage } from '../library/carry-citations.ts';
import { readSegments } from '../library/read-segments.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { FinishedAnswer, MessageWithCitations } from '../repositories/messages.ts';

/**
 * Ends an answer and stores its citations. Where a transcript was revised while the answer was
 * being made, they are carried over at once: the revision could not see them.
 *
 * @returns the stored message, or undefined when it is gone or was ended by someone else
 */
export async function storeAnswer(
  db: Database,
  userId: string,
  messageId: string,
  answer: FinishedAnswer,
): Promise<MessageWithCitations | undefined> {
  return db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    const stored = await repositories.messages.finish(userId, messageId, answer);
    const cited = Map.groupBy(answer.citations, ({ transcriptId }) => transcriptId);
    let carried = false;
    for (const [transcriptId, citations] of cited) {
      if (!stored || transcriptId === null) continue;
      const numbers = new Set(citations.map(({ revision }) => revision));
      carried =
        (await carryLate(repositories, userId, messageId, transcriptId, numbers)) || carried;
    }
    return carried ? repositories.messages.getById(userId, messageId) : stored;
  });
}

/** Carries the citations of a transcript over, if they are of a revision that is no longer current. */
async function carryLate(
  repositories: Repositories,
  userId: string,
  messageId: string,
  transcriptId: string,
  numbers: ReadonlySet<number>,
): Promise<boolean> {
  const current = await repositories.transcriptRevisions.getCurrent(userId, transcriptId);
  if (!current || (numbers.size === 1 && numbers.has(current.number))) return false;
  const segments = await readSegments(repositories, userId, current.id);
  await carryMessage(repositories, userId, messageId, current, segments);
  return true;
}
