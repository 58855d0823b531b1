import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { createLanguageModels } from '../src/providers/configured-language-models.ts';
import { type Finding, judge } from './ratio.ts';

export const QUESTION = 'What does it cost to read the streams of a language model?';

const STREAMS = 200;
const EVERY_MS = 20;
const SECONDS = 6;
const WARM_UP_MS = 2_000;
const DELAY_MS = 50;
const RESOLUTION_MS = 5;

const SCRIPTS = join(import.meta.dirname, '../scripts');

/** 200 streams of 50 pieces a second, from a process of its own. */
export async function run(): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const script = join(folder, 'script.json');
  const pieces = Array(100_000).fill(' token');
  await writeFile(script, JSON.stringify({ chat: [{ steps: [{ pieces, everyMs: EVERY_MS }] }] }));
  const server = spawn(process.execPath, [join(SCRIPTS, 'model-server.ts'), script, '0']);
  try {
    const [printed] = await once(server.stdout, 'data');
    const baseUrl = /LLM_BASE_URL=(\S+)/.exec(String(printed))?.[1] ?? '';
    return [await measure(baseUrl)];
  } finally {
    server.kill();
    await rm(folder, { recursive: true });
  }
}

async function measure(baseUrl: string): Promise<Finding> {
  const silent = { timeoutMs: 60_000, silenceTimeoutMs: 60_000, maxRetries: 0 };
  const [model] = createLanguageModels({
    ...{ baseUrl, names: ['bench'], concurrency: STREAMS, ...silent },
    ...{ contextTokens: 8_192, maxOutputTokens: 8_192, countTokens: () => 0 },
  });
  const over = new AbortController();
  let count = 0;
  const streams = Array.from({ length: STREAMS }, async () => {
    const request = { turns: [], maxTokens: 8_192, signal: over.signal };
    for await (const _ of model?.generate(request) ?? []) count += 1;
  });
  const ended = Promise.allSettled(streams);
  await setTimeout(WARM_UP_MS);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const [before, cpu, from] = [count, process.cpuUsage(), performance.now()];
  await setTimeout(SECONDS * 1_000);
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const read = count - before;
  const p99 = delay.percentile(99) / 1e6 - RESOLUTION_MS;
  over.abort();
  await ended;
  const rate = Math.round(read / seconds);
  const found = `${p99.toFixed(1)} ms, at ${rate} pieces/s and ${((user + system) / read).toFixed(0)} µs of CPU each`;
  return judge('event loop, p99, 200 streams', found, `${DELAY_MS} ms`, p99 <= DELAY_MS);
}
