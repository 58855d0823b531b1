import { hostname } from 'node:os';
import { describeError } from './describe-error.ts';

/** The numbers of pino, which writes the server's log. */
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: 100 };

export type LogLevel = keyof typeof LEVELS;

/**
 * The log of a process without Fastify: JSON lines on standard output, in the shape of the server's.
 * Errors are described without what they carry; see `describeError`.
 *
 * @param least what is less than this is left out
 */
export function createLog(least: LogLevel) {
  const write = (level: LogLevel) => (details: object, msg: string) => {
    if (LEVELS[level] < LEVELS[least]) return;
    const said = 'err' in details ? { ...details, err: describeError(details.err) } : details;
    const line = { level: LEVELS[level], time: Date.now(), pid: process.pid, hostname: hostname() };
    process.stdout.write(`${JSON.stringify({ ...line, ...said, msg })}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
