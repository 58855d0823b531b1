import type { Database } from '../db/client.ts';
import { createRepositories, type Repositories } from './index.ts';

/**
 * Runs reads that belong together on one state of the database: while they run, nothing that others
 * commit is seen, so that a transcript is seen before or after a revision, and never half and half.
 */
export function readSnapshot<T>(
  db: Database,
  work: (repositories: Repositories) => Promise<T>,
): Promise<T> {
  return db.transaction((tx) => work(createRepositories(tx)), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}
