import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A server in a process of its own. */
export type RunningServer = {
  origin: string;
  /** From its start to the first good answer. */
  startMs: number;
  /** The processor time that it took so far; NaN where there is no /proc. */
  cpuMs(): number;
  /** The memory that it holds now, and the most since `forgetPeak`, in MiB; NaN without /proc. */
  memory(): { now: number; peak: number };
  forgetPeak(): void;
  stop(): Promise<void>;
};

const LONGEST_START_MS = 60_000;

/**
 * Starts a script and waits until `path` answers 200.
 *
 * @param settings its environment; nothing else of ours is in it but PATH and HOME
 */
export async function startServer(
  script: string,
  path: string,
  settings: Record<string, string>,
  flags: string[] = [],
): Promise<RunningServer> {
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const startedAt = performance.now();
  const server = spawn(process.execPath, [...flags, script], {
    env: { PATH, HOME, PORT: String(port), ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const origin = `http://127.0.0.1:${port}`;
  try {
    while (!(await answers(`${origin}${path}`))) {
      if (server.exitCode !== null) throw new Error(`${script} ended with ${server.exitCode}`);
      if (performance.now() - startedAt > LONGEST_START_MS)
        throw new Error(`${script} never answered`);
      await setTimeout(5);
    }
  } catch (error) {
    await stop(server);
    throw error;
  }
  return {
    origin,
    startMs: performance.now() - startedAt,
    cpuMs: () => cpuMs(server.pid),
    memory: () => memory(server.pid),
    // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html: 5 resets the peak.
    forgetPeak: () => writeFileSync(`/proc/${server.pid}/clear_refs`, '5'),
    stop: () => stop(server),
  };
}

/** The app in a process of its own, on its default settings but for those that a load needs. */
export function startApp(
  settings: Record<string, string>,
  flags: string[] = [],
): Promise<RunningServer> {
  const shared = { LOG_LEVEL: 'warn', RATE_LIMIT_MAX: '1000000000' };
  return startServer('src/server.ts', '/health/ready', { ...shared, ...settings }, [
    '--import',
    './src/fast-start.ts',
    ...flags,
  ]);
}

/** With `BENCH_CPU_PROFILE=folder` a server writes a .cpuprofile there; self-times.ts reads it. */
export function profileFlags(): string[] {
  const folder = process.env.BENCH_CPU_PROFILE;
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: ticks of 10 ms. */
function cpuMs(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: in kB. */
function memory(pid: number | undefined): { now: number; peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mib = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1_024;
    return { now: mib('VmRSS'), peak: mib('VmHWM') };
  } catch {
    return { now: Number.NaN, peak: Number.NaN };
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
