import type { FetchDependencies, FetchedImport } from '../library/fetch-import.ts';
import { importTranscript } from '../library/import-transcript.ts';
import type { PrepareDependencies } from '../library/prepare-revision.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Receipt } from '../schemas/receipts.ts';
import type { CallsOfRun } from './calls-of-run.ts';
import type { OutcomeOf, RunningJob } from './handler.ts';

export type ImportJobDependencies = Omit<PrepareDependencies, 'modelCalls'> &
  FetchDependencies &
  CallsOfRun;

/** How far a job is once it has read what it imports, and once that has been embedded. */
const READ = 0.1;
const PREPARED = 0.8;

/**
 * Brings a transcript into the library of a job's owner, once for each job. The result says of which
 * content the transcript is, and whether it is new.
 *
 * @param read reads or fetches it; not called again once an earlier attempt has stored it
 * @throws what `read` and `importTranscript` throw
 */
export async function importForJob(
  dependencies: ImportJobDependencies,
  job: RunningJob,
  read: () => Promise<FetchedImport>,
): Promise<OutcomeOf<'import'>> {
  const { userId, signal } = job;
  const made = await findMade(dependencies.repositories, job);
  if (made) return made;
  const { parsed, details, madeBy } = await read();
  signal.throwIfAborted();
  job.progress(READ);
  const watched = {
    ...dependencies,
    db: job.db,
    modelCalls: dependencies.modelCalls.ofRun(job),
    signal,
    progress: (fraction: number) => job.progress(READ + (PREPARED - READ) * fraction),
    onCreated: ({ jobs }: Repositories, transcriptId: string) =>
      jobs.noteTranscript(userId, job.id, transcriptId),
  };
  const stored = await importTranscript(watched, userId, parsed, details, madeBy);
  return outcomeOf(stored.transcript.id, stored.receipt, stored.created);
}

/** What an earlier attempt stored that did not get to say so. */
async function findMade(
  { transcriptRevisions }: Repositories,
  { userId, transcriptId }: RunningJob,
): Promise<OutcomeOf<'import'> | undefined> {
  if (transcriptId === null) return undefined;
  const first = await transcriptRevisions.getByNumber(userId, transcriptId, 1);
  return first && outcomeOf(transcriptId, first.receipt, true);
}

function outcomeOf(transcriptId: string, receipt: Receipt, created: boolean): OutcomeOf<'import'> {
  return { transcriptId, result: { transcriptId, receipt, created } };
}
