import type { Log } from './jobs/log.ts';
import { atMost } from './jobs/patience.ts';

type Parts = {
  /** What is under way: all of it is told to end at once. */
  stops: readonly Promise<unknown>[];
  modelCalls: { settled(): Promise<void> };
  connection: { close(): Promise<void> };
  log: Pick<Log, 'error'>;
};

/** After 30 s a process is ended by force. Workers may take 28 s. */
const LIMITS = { stopMs: 28_500, settleMs: 700, closeMs: 500 };

/**
 * Ends what a process does, within 29.7 s: what is under way, then what it has to write about calls to
 * models, and the database last. Who takes longer is not waited for, and what fails is told of.
 */
export async function endProcess(
  { stops, modelCalls, connection, log }: Parts,
  { stopMs, settleMs, closeMs }: typeof LIMITS = LIMITS,
): Promise<void> {
  const tell = (err: unknown) => log.error({ err }, 'not ended');
  await atMost(Promise.all(stops.map((stop) => stop.catch(tell))), stopMs);
  // Jobs that were handed back have left calls behind, whose ends are only now being written.
  await atMost(modelCalls.settled().catch(tell), settleMs);
  await atMost(connection.close().catch(tell), closeMs);
}
