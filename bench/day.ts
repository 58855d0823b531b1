import { openSession } from '../src/access/sessions.ts';
import { openDatabase } from '../src/db/client.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { type Api, importByJob } from './import-by-job.ts';
import { openBare, withDatabase } from './postgres.ts';
import { type Finding, interleave, judge, median, skipped, spread, timed } from './ratio.ts';
import { profileFlags, type RunningServer, startApp } from './servers.ts';
import { createWordSegments } from './speech.ts';

export const QUESTION =
  'What does a 24-hour transcript take: to import, to page through, to correct?';

const HOURS = 24;
/** Little enough for the collector to keep up: what is held then is what is needed. */
const HEAP_MIB = 160;
const PAGES = Number(process.env.BENCH_ROUNDS ?? 5) * 20;
/** The last page against the first one. */
const MOST_TIMES = 1.5;
/** What an import may hold for each MiB of its file, once it is twice as long. */
const MOST_PER_MIB = 8;
/** The last pages are read of a list of this many segments each. */
const LIMIT = 100;

type Imported = { transcriptId: string; receipt: { segments: number; words: number } };

export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('this needs PostgreSQL');
  return withDatabase(server, async (url) => {
    const token = await createSession(url);
    // Each on a server of its own: what an import leaves behind would count for the next one.
    const small = [`--max-old-space-size=${HEAP_MIB}`];
    const half = await onApp(url, small, token, (app, api) => importFile(app, api, 2, HOURS / 2));
    const day = await onApp(url, small, token, (app, api) => importFile(app, api, 3, HOURS));
    const perMib = (day.peakMib - half.peakMib) / (day.fileMib - half.fileMib);
    const found = `${perMib.toFixed(1)} MiB for each MiB of the file beyond 12 hours`;
    const memory = judge('import, memory', found, `≤ ${MOST_PER_MIB} MiB`, perMib <= MOST_PER_MIB);
    return onApp(url, [], token, async (_app, api) => {
      const pages = await page(api, day.id, day.segments);
      await correct(api, url, day.id, day.segments);
      return [memory, pages];
    });
  });
}

async function onApp<T>(
  url: string,
  flags: string[],
  token: string,
  work: (app: RunningServer, api: Api) => Promise<T>,
): Promise<T> {
  const app = await startApp({ DATABASE_URL: url }, [...profileFlags(), ...flags]);
  try {
    return await work(app, caller(app.origin, token));
  } finally {
    await app.stop();
  }
}

async function createSession(url: string): Promise<string> {
  const connection = await openDatabase({ url });
  const repositories = createRepositories(connection.db);
  const values = { email: 'bench@example.org', passwordHash: '-' };
  const { id } = await repositories.users.create(values);
  const { token } = await openSession(repositories, id);
  await connection.close();
  return token;
}

function caller(origin: string, token: string): Api {
  return async (method, path, body) => {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json ? { 'content-type': 'application/json' } : {}),
      },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    // The caller of `api` says what the route answers.
    return JSON.parse(await response.text());
  };
}

/** Uploads a talk with the times of its words, and looks how much the server holds meanwhile. */
async function importFile(app: RunningServer, api: Api, seed: number, hours: number) {
  const file = JSON.stringify({
    segments: createWordSegments(seed, hours).map(({ startMs, endMs, words, ...segment }) => ({
      ...segment,
      start: (startMs ?? 0) / 1_000,
      end: (endMs ?? 0) / 1_000,
      words: words?.map((word) => ({
        word: word.text,
        start: word.startMs / 1_000,
        end: word.endMs / 1_000,
        probability: word.confidence,
      })),
    })),
  });
  const form = new FormData();
  form.set('file', new Blob([file]), 'talk.json');
  form.set('language', 'en');
  const idle = app.memory().now;
  const { ms, value } = await timed(() => importByJob<Imported>(api, form));
  const peakMib = app.memory().peak;
  const fileMib = file.length / 2 ** 20;
  const { segments, words } = value.receipt;
  console.log(
    `  ${hours} h: ${words} words, ${segments} segments, ${fileMib.toFixed(1)} MiB of JSON in ${(ms / 1_000).toFixed(1)} s; at most ${peakMib.toFixed(0)} MiB, ${idle.toFixed(0)} before`,
  );
  return { id: value.transcriptId, segments, peakMib, fileMib };
}

async function page(api: Api, id: string, segments: number): Promise<Finding> {
  const path = `/v1/transcripts/${id}/segments?limit=${LIMIT}`;
  const cursor = Buffer.from(JSON.stringify([segments - LIMIT - 1, 1])).toString('base64url');
  const read = async (query: string) => {
    const { ms, value } = await timed(() => api<{ data: unknown[] }>('GET', `${path}${query}`));
    if (value.data.length !== LIMIT) throw new Error(`a page of ${value.data.length} segments`);
    return ms;
  };
  await read('');
  await read(`&cursor=${cursor}`);
  const { a, b } = await interleave(
    PAGES,
    () => read(''),
    () => read(`&cursor=${cursor}`),
  );
  const ratio = median(b) / median(a);
  console.log(`  first page: ${spread(a, 1)} ms; last page: ${spread(b, 1)} ms`);
  const found = `${ratio.toFixed(2)} × the first (${median(b).toFixed(1)} / ${median(a).toFixed(1)} ms)`;
  return judge('last page of segments', found, `< ${MOST_TIMES} ×`, ratio < MOST_TIMES);
}

async function correct(api: Api, url: string, id: string, segments: number): Promise<void> {
  const times: number[] = [];
  const sql = openBare(url, 1);
  const size = async () => {
    const [row] = await sql<{ bytes: string }[]>`
      select pg_total_relation_size('segments') as bytes`;
    return Number(row?.bytes);
  };
  const before = await size();
  for (let round = 1; round <= 3; round += 1) {
    const path = `/v1/transcripts/${id}/segments/${Math.floor((segments * round) / 4)}`;
    const text = `Corrected in round ${round}, with nothing left of the old one.`;
    times.push((await timed(() => api('PATCH', path, { text }))).ms);
  }
  const perSegment = ((await size()) - before) / times.length / segments;
  await sql.end();
  console.log(
    `  a corrected segment: ${spread(times)} ms; a revision holds ${perSegment.toFixed(0)} bytes a segment`,
  );
}
