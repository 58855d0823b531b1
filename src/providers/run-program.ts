import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { AppError } from '../errors.ts';

/** How a program ended. */
export type ProgramEnd = {
  /** Null where a signal ended it. */
  code: number | null;
  stderr: string;
};
export type ProgramResult = ProgramEnd & { stdout: Uint8Array };

/** A program of this machine. */
export type Program = {
  /** The executable, or its name on the PATH. */
  path: string;
  /** All of its environment. */
  env: NodeJS.ProcessEnv;
};

/** A program that runs. */
export type RunningProgram = {
  stdout: Readable;
  /** @throws the signal's reason once it is aborted; ENOENT and the like */
  ended: Promise<ProgramEnd>;
  /** Kills it with all that it started; `ended` throws the reason. */
  stop: (reason: unknown) => void;
};

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
  program: Program,
  args: readonly string[],
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<ProgramResult> {
  const { stdout, ended, stop } = startProgram(program, args, signal);
  const parts: Buffer[] = [];
  let length = 0;
  stdout.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else stop(new AppError('source_too_large', `The source sends more than ${maxBytes} bytes.`));
  });
  const { code, stderr } = await ended;
  return { code, stdout: Buffer.concat(parts), stderr };
}

/**
 * Starts a program whose output is read while it runs, as fast as the reader takes it.
 *
 * @throws the signal's reason where it is aborted already
 */
export function startProgram(
  { path, env }: Program,
  args: readonly string[],
  signal: AbortSignal,
): RunningProgram {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>();
  // A group of its own, which is what can be killed as a whole.
  const child = spawn(path, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env,
  });
  child.on('error', reject);
  // A process that may open no more files gets no pipes, and hears why by that error.
  const stdout = child.stdout ?? Readable.from([]);
  let stderr = '';
  let isOver = false;

  const stop = (reason: unknown) => {
    if (isOver) return;
    reject(reason);
    stdout.destroy();
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  };
  const onAbort = () => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  child.stderr?.on('data', (part: Buffer) => {
    stderr = `${stderr}${part.toString('utf8')}`.slice(-STDERR_LENGTH);
  });
  child.once('close', (code) => {
    isOver = true;
    resolve({ code, stderr });
  });
  const ended = promise.finally(() => signal.removeEventListener('abort', onAbort));
  // Whoever reads the output may find out first that something is wrong, and never ask.
  ended.catch(() => {});
  return { stdout, ended, stop };
}
