import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Finding, interleave, judge, median, spread } from './ratio.ts';
import { createFile, FILE_KINDS, formatOf } from './transcript-files.ts';

export const QUESTION =
  'How long does a file of 64 MiB take to read, and how much memory above its text?';

const MIB = 1_048_576;
const SIZE = Number(process.env.BENCH_READERS_MIB ?? 64);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MOST_MS = 2_000;
const MOST_MIB = 256;
const NOT_JSON = ['srt', 'vtt', 'text', 'srv1', 'srv3', 'ttml'];

const execute = promisify(execFile);

type Measured = { ms: number; cpuMs: number; mib: number };

/** Reads each kind of file in processes of their own, beside what could not be faster. */
export async function run(): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-readers-'));
  const findings: Finding[] = [];
  try {
    for (const kind of FILE_KINDS) {
      const file = join(folder, kind);
      await pipeline(Readable.from(createFile(kind, SIZE * MIB)), createWriteStream(file));
      findings.push(await measure(kind, file));
      await rm(file);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return findings;
}

async function measure(kind: string, file: string): Promise<Finding> {
  const limit = NOT_JSON.includes(kind) ? 'line scan' : 'JSON.parse';
  const read = (side: string) => async (): Promise<Measured> => {
    const script = join(import.meta.dirname, 'read-once.ts');
    const { stdout } = await execute(process.execPath, [
      ...['--expose-gc', script],
      ...[side, formatOf(kind), file],
    ]);
    return JSON.parse(stdout);
  };
  const { a, b } = await interleave(ROUNDS, read('reader'), read(limit));
  const ms = a.map((one) => one.ms);
  const mib = a.map((one) => one.mib);
  const rate = (SIZE / median(ms)) * 1_000;
  const limitMs = median(b.map((one) => one.ms));
  console.log(
    `  ${kind}: ${rate.toFixed(0)} MiB/s, ${spread(ms)} ms (CPU ${spread(a.map((one) => one.cpuMs))}), ${spread(mib)} MiB above the text; ` +
      `${limit}: ${limitMs.toFixed(0)} ms, ${spread(b.map((one) => one.mib))} MiB; ${(median(ms) / limitMs).toFixed(1)} ×`,
  );
  const found = `${median(ms).toFixed(0)} ms, ${median(mib).toFixed(0)} MiB`;
  const target = `≤ ${MOST_MS} ms, ≤ ${MOST_MIB} MiB`;
  return judge(kind, found, target, median(ms) <= MOST_MS && median(mib) <= MOST_MIB);
}
