import { openPostgres } from '../src/db/postgres.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { withDatabase } from './postgres.ts';
import { type Finding, judge, median, quantile, timed } from './ratio.ts';

const CLAIMS = 1_000;
const MOST_CLAIM_MS = 50;
const FIRST_USER = '00000000-0000-0000-0000-000000000000';

const users = (count: number) => `insert into users (email, password_hash)
  select 'user' || n || '@example.org', '' from generate_series(1, ${count}) n`;
const single = (count: number, later = 0) => `insert into jobs (user_id, type, priority, run_after)
  select id, 'embed', n % 3, now() + (n % 2) * ${later} * interval '1 day'
  from users, generate_series(1, ${count}) n`;
const batches = (count: number, size: number) => [
  `insert into batches (user_id, name, type, total_files, worker_count)
   select id, '', 'import', ${size}, 1 from users, generate_series(1, ${count})`,
  `insert into jobs (user_id, type, batch_id, priority)
   select user_id, 'import', id, 9 from batches, generate_series(1, ${size})`,
];
const oneOfEachRuns = `update jobs set status = 'running', lease_token = id,
  lease_expires_at = now() + interval '1 day' where id in (
    select distinct on (batch_id) id from jobs where batch_id is not null order by batch_id)`;
const laterKinds = `insert into jobs (user_id, type, priority, run_after)
  select id, type, priority, now() + interval '1 day' from users,
    unnest(array['embed', 'export', 'import']) as type, generate_series(1, 100) as priority`;

/** What there is for claims to look at, and the statements that make it. */
const CASES: [string, string[]][] = [
  ['among 100,000 of 4 users', [users(4), single(25_000)]],
  ['among 100,000 of 1,000 users', [users(1_000), single(100)]],
  ['among 100,000 of 4 users, half for later', [users(4), single(25_000, 1)]],
  ['among 100,000 of 1,000 users, half for later', [users(1_000), single(100, 1)]],
  [
    'behind a full batch of 10,000',
    [users(1), single(2_000), ...batches(1, 10_000), oneOfEachRuns],
  ],
  [
    'behind ten full batches of 10,000',
    [users(1), single(2_000), ...batches(10, 10_000), oneOfEachRuns],
  ],
  ['among 10,000 batches of one', [users(1), ...batches(10_000, 1)]],
  ['among 300 kinds that are for later', [users(1), single(2_000), laterKinds]],
];

/** Claims while many jobs wait that may be taken, and many that may not. */
export async function measureClaims(server: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [what, statements] of CASES) {
    const times = await withDatabase(server, (url) => timeClaims(url, statements));
    const p99 = quantile(times, 0.99);
    const found = `p50 ${median(times).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    const target = `p99 < ${MOST_CLAIM_MS} ms`;
    findings.push(judge(`a claim ${what}`, found, target, p99 < MOST_CLAIM_MS));
  }
  return findings;
}

/** @returns ms of each claim */
async function timeClaims(url: string, statements: readonly string[]): Promise<number[]> {
  const connection = await openPostgres(url);
  const { db, queue } = connection;
  try {
    for (const statement of statements) await db.execute(statement);
    const { jobQueue } = createRepositories(db, queue);
    const times: number[] = [];
    let after = FIRST_USER;
    for (let n = 0; n < CLAIMS; n += 1) {
      const request = { limit: 1, room: { embed: 1, import: 1, export: 1 }, after };
      const { ms, value } = await timed(() =>
        jobQueue.claim('bench', { ...request, leaseMs: 60_000 }),
      );
      const [claimed] = value;
      if (!claimed) throw new Error('nothing was claimed');
      times.push(ms);
      after = claimed.userId;
    }
    return times;
  } finally {
    await connection.close();
  }
}
