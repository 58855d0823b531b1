import { spawn } from 'node:child_process';
import { AppError } from '../../errors.ts';

export type ProgramResult = { code: number | null; stdout: Uint8Array; stderr: string };

/** What is kept of the errors: the end, where the reason stands. */
const STDERR_LENGTH = 10_000;

/**
 * Runs a program, without a shell, until it ends or the signal is aborted. Then it is killed with
 * all that it started: some builds of yt-dlp are a launcher that would leave its child behind.
 *
 * @param maxBytes of its output
 * @throws AppError `source_too_large`; the signal's reason once it is aborted; ENOENT and the like
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<ProgramResult> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
  // A group of its own, which is what can be killed as a whole.
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const parts: Buffer[] = [];
  let length = 0;
  let stderr = '';

  const stop = (reason: unknown) => {
    reject(reason);
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  };
  const onAbort = () => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  child.stdout.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else stop(new AppError('source_too_large', `The source sends more than ${maxBytes} bytes.`));
  });
  child.stderr.on('data', (part: Buffer) => {
    stderr = `${stderr}${part.toString('utf8')}`.slice(-STDERR_LENGTH);
  });
  child.once('error', reject);
  child.once('close', (code) => resolve({ code, stdout: Buffer.concat(parts), stderr }));
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}
