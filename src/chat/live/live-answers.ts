import { AppError } from '../../errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import type { Message } from '../../schemas/messages.ts';
import { type AnswerLog, createAnswerLog } from './answer-log.ts';
import { createEventWriter } from './event-writer.ts';
import { repeatWhile } from './repeat.ts';

/** An answer that this process is making. */
export type LiveAnswer = {
  log: AnswerLog;
  /** The message as it was stored in the end; rejected with what kept it from being made. */
  done: Promise<Message>;
};
/** What an answer is made with. */
export type Making = {
  log: AnswerLog;
  /** Aborted without a reason of ours, the answer was interrupted; with an `AppError`, it failed. */
  signal: AbortSignal;
  /** Waits until nobody else stores its events; those that are not stored yet are the caller's to store. */
  seal(): Promise<void>;
};
export type LiveAnswers = ReturnType<typeof createLiveAnswers>;
type Settings = {
  /** The name of this process in leases; the same after a restart. */
  writer: string;
  /** The longest that an answer may take, in milliseconds. */
  timeoutMs: number;
};

/** The longest that another process's wish to cancel waits, and a message that is gone goes on. */
const BEAT_MS = 500;

/** How long readers find the whole of an answer in memory after its end, before the database has to do. */
const LINGER_MS = 2_000;

/** The answers that this process is making: their logs, their leases, and how to stop them. */
export function createLiveAnswers(
  { messageEvents, messageLeases }: Repositories,
  { writer, timeoutMs }: Settings,
) {
  const making = new Map<string, { controller: AbortController; done: Promise<unknown> }>();
  const logs = new Map<string, AnswerLog>();
  let report: (err: unknown, message: string) => void = () => {};
  let closing = false;
  const events = createEventWriter(messageEvents, (err) =>
    report(err, 'events could not be stored; it is tried again'),
  );
  const beats = repeatWhile(BEAT_MS, () => making.size > 0, beat);

  return {
    writer,
    start,
    /** The log of an answer that is being made here, or was until a moment ago. */
    find: (messageId: string): AnswerLog | undefined => logs.get(messageId),
    cancel,
    close,
    /** Says who hears of failures that nobody waits for. */
    reportTo(listener: typeof report): void {
      report = listener;
    },
  };

  /** Begins to make an answer. @param make makes and stores it, and has to end once its signal is aborted */
  function start(messageId: string, make: (making: Making) => Promise<Message>): LiveAnswer {
    const log = createAnswerLog(messageId);
    const controller = new AbortController();
    const { signal } = controller;
    const limit = setTimeout(
      () => controller.abort(new AppError('model_timeout', 'The answer took too long.')),
      timeoutMs,
    );
    if (closing) controller.abort();
    logs.set(messageId, log);
    events.add(log);
    const done = make({ log, signal, seal: () => events.remove(log) }).finally(async () => {
      clearTimeout(limit);
      making.delete(messageId);
      setTimeout(() => forget(log), LINGER_MS).unref();
      await events.remove(log);
    });
    // Whoever waits for it hears of it; that nobody does is no fault.
    done.catch(() => {});
    making.set(messageId, { controller, done });
    beats.start();
    return { log, done };
  }

  function forget(log: AnswerLog): void {
    logs.delete(log.messageId);
    log.drop();
  }

  /** Interrupts an answer and waits for its end. @returns whether it is made here */
  async function cancel(messageId: string): Promise<boolean> {
    const found = making.get(messageId);
    found?.controller.abort();
    await found?.done.catch(() => {});
    return found !== undefined;
  }

  /** Interrupts all answers, also those that begin later, and waits for their ends. */
  async function close(): Promise<void> {
    closing = true;
    await Promise.all([...making.keys()].map(cancel));
    await beats.settled();
  }

  /** Says that this process lives, and hears what others want of it. */
  async function beat(): Promise<void> {
    const asked = [...making.entries()];
    try {
      const ours = await messageLeases.beat(
        writer,
        asked.map(([messageId]) => messageId),
      );
      const wishes = new Map(ours.map(({ messageId, cancelled }) => [messageId, cancelled]));
      for (const [messageId, { controller }] of asked) {
        const cancelled = wishes.get(messageId);
        // Without a lease the message is gone, or was ended by those who took us for dead.
        if (cancelled === undefined) controller.abort(new AppError('not_found'));
        else if (cancelled) controller.abort();
      }
    } catch (err) {
      report(err, 'the leases of answers could not be beaten; it is tried again');
    }
  }
}
