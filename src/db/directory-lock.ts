import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps a data directory for one process at a time, through a file with its process id. A file
 * that a killed process left behind does not count.
 *
 * @returns the function that gives the directory back
 * @throws Error when a living process holds it
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'parley.pid');
  const unlock = () => rm(file, { force: true });
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, `${process.pid}\n`, { flag: 'wx' });
      return unlock;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
    if (attempt > 0 || isAlive(holder)) {
      throw new Error(`${directory} is in use by process ${holder}; stop it, or use PostgreSQL`);
    }
    await unlock();
  }
}

/** In a container every server is process 1, so one's own id only ever comes from a predecessor. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
