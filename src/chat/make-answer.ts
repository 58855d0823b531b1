import { AppError } from '../errors.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { FinishedAnswer, MessageWithCitations } from '../repositories/messages.ts';
import type { SearchDependencies } from '../retrieval/search.ts';
import type { Message } from '../schemas/messages.ts';
import { type CompositionEvent, composeAnswer, type TakenQuestion } from './compose-answer.ts';
import type { Emit } from './events.ts';
import { presentCitation, presentMessage } from './present-message.ts';
import { storeAnswer } from './store-answer.ts';

/** What was written of an answer so far. */
type Written = FinishedAnswer & { citations: CitationWithMoment[] };

/**
 * Makes an answer and stores it.
 *
 * @param message the stored message that the answer goes into
 * @param emit hears of everything that happens, in order; it must not throw
 * @returns the message as it is stored
 * @throws what kept the answer from being made; what was written until then is stored as `failed`
 */
export async function makeAnswer(
  dependencies: SearchDependencies,
  question: TakenQuestion,
  message: MessageWithCitations,
  emit: Emit,
): Promise<Message> {
  const { userId, scope } = question;
  const written: Written = { content: '', status: 'failed', citations: [], metadata: { scope } };
  emit({ type: 'message.created', message: presentMessage(message) });
  try {
    const events = composeAnswer(dependencies, question);
    let next = await events.next();
    for (; !next.done; next = await events.next()) note(next.value, written, emit);
    const { usage, unknownCitations } = next.value;
    written.metadata.usage = usage;
    if (unknownCitations > 0) written.metadata.unknownCitations = unknownCitations;
    written.status = 'complete';

    const stored = await storeAnswer(dependencies.db, userId, message.id, written);
    // The conversation was deleted while its answer was being made.
    if (!stored) throw new AppError('not_found');
    const answer = presentMessage(stored);
    emit({ type: 'message.completed', message: answer });
    return answer;
  } catch (error) {
    await storeAnswer(dependencies.db, userId, message.id, { ...written, status: 'failed' })
      // The message is gone or the database is; the first error is the one that matters.
      .catch(() => undefined);
    emit({ type: 'message.failed', error });
    throw error;
  }
}

/** Keeps what was written, and passes it on. */
function note(event: CompositionEvent, written: Written, emit: Emit): void {
  if (event.type === 'citation') {
    written.citations.push(event.citation);
    emit({ type: 'citation', citation: presentCitation(event.citation) });
    return;
  }
  if (event.type === 'delta') written.content += event.text;
  else written.metadata.coverage = event.coverage;
  emit(event);
}
