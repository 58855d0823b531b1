import { Agent, request } from 'node:http';
import { openSession } from '../src/access/sessions.ts';
import { buildApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import type { Database } from '../src/db/client.ts';
import { createDependencies } from '../src/dependencies.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { openBare } from './postgres.ts';
import { type Finding, interleave, judge, median, quantile, skipped, timed } from './ratio.ts';
import { openRecorded } from './recorder.ts';
import { replay, runUnit, toUnits, type Unit } from './replay.ts';
import { type Owner, openLibrary } from './search-library.ts';
import { profileFlags, startApp } from './servers.ts';
import { createQuestions } from './speech.ts';

export const QUESTION = 'How long does a search take in 100,000 chunks, against its bare SQL?';

const QUESTIONS = createQuestions(7, 60);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MOST = 2;
const MOST_BYTES = 2_000;
/** The targets of retrieval.md, p50 in the database in ms. */
const OWNERS: { email: Owner; chunks: string; databaseMs: number }[] = [
  { email: 'small@example.org', chunks: '1,000', databaseMs: 3 },
  { email: 'large@example.org', chunks: '100,000', databaseMs: 40 },
];

export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  const url = await openLibrary(server);
  const app = await startApp({ DATABASE_URL: url }, profileFlags());
  const sql = openBare(url);
  const agent = new Agent({ keepAlive: true });
  const findings: Finding[] = [];
  try {
    for (const { email, chunks, databaseMs } of OWNERS) {
      const { token, searches } = await record(url, email);
      const search = (at: number) => post(`${app.origin}/v1/search`, agent, token, QUESTIONS[at]);
      const bare = (at: number) => replay(sql, searches[at] ?? []);
      const times = await compare(search, bare);
      const ratio = median(times.app) / median(times.bare);
      console.log(`  ${chunks} chunks, ${QUESTIONS.length} questions, one at a time:`);
      console.log(`    POST /v1/search ${percentiles(times.app)}`);
      console.log(`    its bare SQL    ${percentiles(times.bare)}`);
      for (const [leg, ms] of await byLeg(sql, searches)) {
        console.log(
          `      ${leg.padEnd(18)} ${percentiles(ms)}, ${ms.length} of ${QUESTIONS.length}`,
        );
      }
      const found = `${ratio.toFixed(2)} × its SQL (p50 ${median(times.app).toFixed(1)} / ${median(times.bare).toFixed(1)} ms)`;
      findings.push(judge(`search, ${chunks} chunks`, found, `≤ ${MOST} ×`, ratio <= MOST));
      const inDatabase = median(times.bare);
      findings.push(
        judge(
          `search in the database, ${chunks} chunks`,
          `p50 ${inDatabase.toFixed(1)} ms`,
          `≤ ${databaseMs} ms`,
          inDatabase <= databaseMs,
        ),
      );
    }
    findings.push(await weigh(sql));
  } finally {
    agent.destroy();
    await app.stop();
    await sql.end();
  }
  return findings;
}

/** What a chunk costs in the lexical index; the first design that was measured took 3.9 kB. */
async function weigh(sql: ReturnType<typeof openBare>): Promise<Finding> {
  const tables = await sql<{ name: string; heap: number; indexes: number }[]>`
    select relname as name, pg_table_size(oid) / chunks as heap, pg_indexes_size(oid) / chunks as indexes
    from pg_class, (select count(*)::float8 as chunks from chunks) as counted
    where relname in ('corpus_stats', 'terms', 'postings') order by 1`;
  for (const { name, heap, indexes } of tables) {
    console.log(
      `  ${name}: ${heap.toFixed(0)} + ${indexes.toFixed(0)} bytes a chunk (rows + indexes)`,
    );
  }
  const bytes = tables.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0);
  const found = `${bytes.toFixed(0)} bytes a chunk`;
  return judge('lexical index', found, `≤ ${MOST_BYTES}`, bytes <= MOST_BYTES);
}

/** Each question by the app and by its SQL in turn, the first round left out. */
async function compare(
  search: (at: number) => Promise<unknown>,
  bare: (at: number) => Promise<unknown>,
) {
  const times = { app: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const { a, b } = await interleave(
      QUESTIONS.length,
      async (at) => (await timed(() => search(at))).ms,
      async (at) => (await timed(() => bare(at))).ms,
    );
    if (round === 0) continue;
    times.app.push(...a);
    times.bare.push(...b);
  }
  return times;
}

/** What the app sends to the database for each question, session lookup included. */
async function record(url: string, email: string) {
  const { connection, statements } = await openRecorded(url);
  const dependencies = await createDependencies(loadConfig({ LOG_LEVEL: 'silent' }), connection);
  const app = await buildApp(dependencies);
  const token = await login(connection.db, email);
  const headers = { authorization: `Bearer ${token}` };
  const searches: Unit[][] = [];
  // The first request also notes the use of the session.
  for (const query of [QUESTIONS[0], ...QUESTIONS]) {
    statements.length = 0;
    const response = await app.inject({
      method: 'POST',
      url: '/v1/search',
      headers,
      payload: { query },
    });
    if (response.statusCode !== 200) throw new Error(response.body);
    searches.push(toUnits(statements));
  }
  await app.close();
  await connection.close();
  return { token, searches: searches.slice(1) };
}

async function login(db: Database, email: string): Promise<string> {
  const repositories = createRepositories(db);
  const user = await repositories.users.getByEmail(email);
  if (!user) throw new Error(`${email} is not in the library`);
  return (await openSession(repositories, user.id)).token;
}

/** The statements one after another, so that none waits for a core that another one has. */
async function byLeg(sql: ReturnType<typeof openBare>, searches: readonly Unit[][]) {
  const legs = new Map<string, number[]>();
  for (const units of searches) {
    const once = new Map<string, number>();
    for (const unit of units) {
      const leg = legOf(unit);
      once.set(leg, (once.get(leg) ?? 0) + (await timed(() => runUnit(sql, unit))).ms);
    }
    for (const [leg, ms] of once) legs.set(leg, [...(legs.get(leg) ?? []), ms]);
  }
  return legs;
}

function legOf({ statements }: Unit): string {
  const text = statements.map((statement) => statement.text).join(' ');
  if (text.includes('<=>')) return 'semantic';
  if (text.includes('"postings"') && text.includes('unnest(matched')) return 'lexical';
  if (text.includes('similarity(')) return 'correct';
  if (text.includes('parley_search_vector')) return 'analyze';
  if (text.includes('"sessions"')) return 'session';
  if (text.includes('ts_headline') || text.includes('"headline"')) return 'passages';
  if (text.includes('"corpus_stats"')) return 'measure';
  return 'rest';
}

function post(url: string, agent: Agent, token: string, query: string | undefined): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    });
    call.on('error', reject);
    call.end(JSON.stringify({ query }));
  });
}

const percentiles = (values: readonly number[]): string =>
  `p50 ${median(values).toFixed(1)}, p95 ${quantile(values, 0.95).toFixed(1)} ms`;
