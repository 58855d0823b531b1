import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDatabase } from './postgres.ts';
import { type Finding, judge, median, skipped, spread } from './ratio.ts';
import { profileFlags, startApp } from './servers.ts';

export const QUESTION = 'How long does it take from the start to the first answered request?';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const POSTGRES_MS = 1_000;
const EMBEDDED_MS = 4_000;

export async function run(server: string | undefined): Promise<Finding[]> {
  const findings = server ? await onPostgres(server) : skipped('this part needs PostgreSQL');
  const first = await starts(() => withFolder((PARLEY_DATA_DIR) => start({ PARLEY_DATA_DIR })));
  const later = await withFolder(async (PARLEY_DATA_DIR) => {
    await start({ PARLEY_DATA_DIR });
    return starts(() => start({ PARLEY_DATA_DIR }));
  });
  return [
    ...findings,
    verdict('start, embedded, new folder', first, EMBEDDED_MS),
    verdict('start, embedded, folder that is there', later, EMBEDDED_MS),
  ];
}

async function onPostgres(server: string): Promise<Finding[]> {
  const first = await starts(() =>
    withDatabase(server, (url) => start({ DATABASE_URL: url }), { migrated: false }),
  );
  const later = await withDatabase(server, async (url) => {
    await start({ DATABASE_URL: url });
    return starts(() => start({ DATABASE_URL: url }));
  });
  return [
    verdict('start, PostgreSQL, empty database', first, POSTGRES_MS),
    verdict('start, PostgreSQL, migrated', later, POSTGRES_MS),
  ];
}

/** The ms of several starts. The first one warms the file cache up, and does not count. */
async function starts(once: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) times.push(await once());
  return times.slice(1);
}

async function start(settings: Record<string, string>): Promise<number> {
  const app = await startApp(settings, profileFlags());
  await app.stop();
  return app.startMs;
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function verdict(question: string, times: number[], mostMs: number): Finding {
  return judge(question, `${spread(times)} ms`, `< ${mostMs} ms`, median(times) < mostMs);
}
