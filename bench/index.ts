import { cpus } from 'node:os';
import { onServer, serverUrl } from './postgres.ts';
import type { Finding } from './ratio.ts';

/** In the order in which they run. Each answers one question, and has a file of its name. */
const NAMES = [
  'messages',
  'import',
  'readers',
  'export',
  'search',
  'streams',
  'model-streams',
  'day',
  'start',
  'jobs',
] as const;

type Bench = {
  QUESTION: string;
  /** @param server the PostgreSQL to measure on; a bench says itself what it skips without one */
  run(server: string | undefined): Promise<Finding[]>;
};

const asked = process.argv[2];
const names = NAMES.filter((name) => asked === undefined || name === asked);
if (names.length === 0) {
  console.error(`no such benchmark: ${asked}; there are ${NAMES.join(', ')}`);
  process.exit(1);
}

console.log(await machine());
const findings: Finding[] = [];
for (const name of names) {
  const bench: Bench = await import(`./${name}.ts`);
  console.log(`\n${name}: ${bench.QUESTION}`);
  findings.push(...(await bench.run(serverUrl)));
}

console.log('\nSummary');
console.table(
  findings.map(({ question, found, target, meets }) => ({
    question,
    found,
    target,
    verdict: meets ? 'meets' : 'misses',
  })),
);

async function machine(): Promise<string> {
  const [cpu] = cpus();
  const facts = [`${cpus().length} × ${cpu?.model ?? 'unknown'}`, `Node ${process.version}`];
  if (!serverUrl) return [...facts, 'no PostgreSQL (set TEST_DATABASE_URL)'].join(' · ');
  const version = await onServer(serverUrl, async (admin) => {
    const [row] = await admin<{ version: string }[]>`
      select split_part(version(), ' ', 2) as version`;
    return row?.version;
  });
  return [...facts, `PostgreSQL ${version}`].join(' · ');
}
