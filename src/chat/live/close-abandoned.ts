import { Check } from 'typebox/value';
import type { Database } from '../../db/client.ts';
import { createRepositories, type Repositories } from '../../repositories/index.ts';
import type { AbandonedAnswer } from '../../repositories/message-leases.ts';
import type { FinishedAnswer } from '../../repositories/messages.ts';
import { MESSAGE_EVENTS } from '../../schemas/message-events.ts';
import type { Citation } from '../../schemas/messages.ts';
import type { NumberedEvent } from '../events.ts';
import { presentMessage } from '../present-message.ts';
import { storeAnswer } from '../store-answer.ts';
import { fromRow } from './event-rows.ts';

type Dependencies = { db: Database };

/** Answers that are listed at once. */
const PAGE = 100;

/**
 * Ends the answers that processes left unfinished which are gone: `interrupted`, with what their
 * events hold.
 *
 * @throws AggregateError of what kept single ones from being ended
 */
export async function closeAllAbandoned({ db }: Dependencies): Promise<void> {
  const { messageLeases } = createRepositories(db);
  const errors: unknown[] = [];
  let page = await messageLeases.listAbandoned(PAGE);
  // Behind those that cannot be ended there are others, which can.
  for (let last = page.at(-1); last; last = page.at(-1)) {
    errors.push(...(await attemptEach({ db }, page)));
    page = page.length < PAGE ? [] : await messageLeases.listAbandoned(PAGE, last.messageId);
  }
  throwAll(errors);
}

/** Ends answers one by one. @param writer see {@link closeAbandoned} @throws AggregateError */
export async function closeEach(
  dependencies: Dependencies,
  answers: readonly AbandonedAnswer[],
  writer?: string,
): Promise<void> {
  throwAll(await attemptEach(dependencies, answers, writer));
}

/** @returns what kept single ones from being ended */
async function attemptEach(
  dependencies: Dependencies,
  answers: readonly AbandonedAnswer[],
  writer?: string,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const left of answers) {
    await closeAbandoned(dependencies, left, writer).catch((error) => errors.push(error));
  }
  return errors;
}

function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  throw new AggregateError(errors, 'answers could not be ended', { cause: errors[0] });
}

/**
 * Ends an answer that nobody writes any more.
 *
 * @param writer whose answers count as left, though their leases have not run out
 * @returns whether it was one
 */
export function closeAbandoned(
  { db }: Dependencies,
  { userId, messageId }: AbandonedAnswer,
  writer?: string,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    const { messages, messageEvents, messageLeases } = repositories;
    if (!(await messageLeases.lockAbandoned(userId, messageId, writer))) return false;
    const { metadata } = (await messages.getById(userId, messageId)) ?? {};
    const events = await readAll(repositories, userId, messageId);
    const { coverage, ...answer } = rebuild(events);
    const stored = await storeAnswer(tx, userId, messageId, {
      ...answer,
      status: 'interrupted',
      metadata: { ...metadata, ...(coverage ? { coverage } : {}) },
    });
    if (!stored) return false;
    const sequence = (events.at(-1)?.id ?? 0) + 1;
    const data = { message: presentMessage(stored) };
    await messageEvents.append(userId, [
      { messageId, sequence, type: 'message.interrupted', data },
    ]);
    await messageLeases.release(userId, messageId);
    return true;
  });
}

async function readAll(
  { messageEvents }: Repositories,
  userId: string,
  messageId: string,
): Promise<NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  for (let size = -1; size < events.length; ) {
    size = events.length;
    const rows = await messageEvents.listFrom(userId, messageId, (events.at(-1)?.id ?? 0) + 1, 500);
    events.push(...rows.flatMap(fromRow).filter(({ id }) => id > (events[size - 1]?.id ?? 0)));
  }
  return events;
}

/** What was written of an answer, from what was told of it. */
function rebuild(events: readonly NumberedEvent[]) {
  const { delta, citation, retrieval } = MESSAGE_EVENTS;
  const answer: Pick<FinishedAnswer, 'content'> & {
    citations: FinishedAnswer['citations'][number][];
    coverage?: NonNullable<FinishedAnswer['metadata']['coverage']>;
  } = { content: '', citations: [] };
  for (const { type, data } of events) {
    if (type === 'delta' && Check(delta, data)) answer.content += data.text;
    else if (type === 'citation' && Check(citation, data)) {
      answer.citations.push(toStored(data.citation));
    } else if (type === 'retrieval' && Check(retrieval, data)) answer.coverage = data.coverage;
  }
  return answer;
}

function toStored(citation: Citation): FinishedAnswer['citations'][number] {
  const { segments, anchor: _anchor, url: _url, ...values } = citation;
  return { ...values, firstSegment: segments[0] ?? 0, lastSegment: segments[1] ?? 0 };
}
