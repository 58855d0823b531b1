import { AppError } from '../errors.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { FinishedAnswer, MessageWithCitations } from '../repositories/messages.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { Message } from '../schemas/messages.ts';
import type { DescribeError } from './ask.ts';
import { type CompositionEvent, composeAnswer, type TakenQuestion } from './compose-answer.ts';
import { endAnswer } from './end-answer.ts';
import type { AnswerLog } from './live/answer-log.ts';
import type { Making } from './live/live-answers.ts';
import { presentCitation, presentMessage } from './present-message.ts';

/** What was written of an answer so far. */
type Written = FinishedAnswer & { citations: CitationWithMoment[] };

/**
 * Makes an answer and stores it. Its events go into its log.
 *
 * @param message the stored message that the answer goes into
 * @returns the message as it is stored, also when it was interrupted
 * @throws what kept the answer from being made; what was written until then is stored as `failed`
 */
export async function makeAnswer(
  dependencies: SearchDependencies,
  question: TakenQuestion,
  message: MessageWithCitations,
  making: Making,
  describe: DescribeError,
): Promise<Message> {
  const { userId, scope } = question;
  const { log, signal } = making;
  const written: Written = { content: '', status: 'failed', citations: [], metadata: { scope } };
  log.append({ type: 'message.created', data: { message: presentMessage(message) } });
  let failure: unknown;
  try {
    await unlessAborted(signal, compose(dependencies, question, written, log));
    written.status = 'complete';
  } catch (error) {
    const interrupted = signal.aborted && !(signal.reason instanceof AppError);
    if (interrupted) written.status = 'interrupted';
    else failure = error;
  }
  if (failure instanceof AppError) written.metadata.failure = failure.code;
  return endAnswer(dependencies, userId, { written, failure, making, describe });
}

/** Writes an answer down until it is whole, or its signal is aborted. */
async function compose(
  dependencies: SearchDependencies,
  question: TakenQuestion,
  written: Written,
  log: AnswerLog,
): Promise<void> {
  const { signal } = question;
  for await (const event of events()) {
    // What comes now comes too late, from an answerer that does not listen.
    if (signal.aborted) break;
    note(event, written, log);
  }

  async function* events(): AsyncGenerator<CompositionEvent> {
    const { usage, unknownCitations, surplusCitations } = yield* composeAnswer(
      dependencies,
      question,
    );
    if (signal.aborted) return;
    written.metadata.usage = usage;
    if (unknownCitations > 0) written.metadata.unknownCitations = unknownCitations;
    if (surplusCitations > 0) written.metadata.surplusCitations = surplusCitations;
  }
}

/** Keeps what was written, and tells of it. */
function note(event: CompositionEvent, written: Written, log: AnswerLog): void {
  if (event.type === 'citation') {
    written.citations.push(event.citation);
    log.append({ type: 'citation', data: { citation: presentCitation(event.citation) } });
  } else if (event.type === 'delta') {
    written.content += event.text;
    log.append({ type: 'delta', data: { text: event.text } });
  } else {
    const { passages, coverage } = event;
    written.metadata.coverage = coverage;
    log.append({ type: 'retrieval', data: { passages, coverage } });
  }
}

/** Waits for work, but no longer than until a signal is aborted. @throws the signal's reason */
async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  // Whichever comes second is nobody's concern.
  work.catch(() => {});
  aborted.promise.catch(() => {});
  try {
    await Promise.race([work, aborted.promise]);
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
