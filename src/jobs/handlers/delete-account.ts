import { createRepositories } from '../../repositories/index.ts';
import { DELETE_ACCOUNT } from '../../repositories/job-values.ts';
import { defineHandler, type JobHandler } from '../handler.ts';

/**
 * Removes a user's files from the disk, all of them; without effect where there are none. What arrives
 * while it runs is removed by `media/sweep-media.ts`.
 */
export type RemoveUserFiles = (userId: string) => Promise<void>;

/**
 * Deletes an account, a piece at a time, each in a transaction of its own. The user goes last, and
 * with the user this job: it ends because there is nothing left that it could end.
 */
export function createDeleteAccountHandler({
  removeUserFiles,
}: {
  removeUserFiles: RemoveUserFiles;
}): JobHandler {
  return defineHandler({
    type: DELETE_ACCOUNT,
    concurrency: 1,
    endsWithItsJob: true,
    async run({ db, userId, signal, progress }) {
      const accounts = <T>(work: (repository: Accounts) => Promise<T>): Promise<T> =>
        db.transaction((tx) => work(createRepositories(tx).accounts));
      for (let state = { done: 0, of: 1 }; state.done < state.of; ) {
        signal.throwIfAborted();
        state = await accounts(({ deleteSome }) => deleteSome(userId, state.done));
        progress(state.done / state.of);
      }
      await removeUserFiles(userId);
      await accounts((repository) => repository.delete(userId));
      return { result: null };
    },
  });
}

type Accounts = ReturnType<typeof createRepositories>['accounts'];
