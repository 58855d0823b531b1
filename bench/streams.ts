import { type ReadStream, readAnswer } from './event-reader.ts';
import { withDatabase } from './postgres.ts';
import { type Finding, judge, quantile, skipped } from './ratio.ts';
import { type RunningServer, startApp, startServer } from './servers.ts';
import { createText } from './speech.ts';

export const QUESTION = 'Do 200 streams at once arrive whole, without delay, in bounded memory?';

const STREAMS = Number(process.env.BENCH_STREAMS ?? 200);
/** Ten seconds of a model that writes 50 tokens a second. */
const TOKENS = 500;
const EVERY_MS = 20;
/** Answers one after the other, for the first token's delay. */
const ALONE = 30;

type Asker = { origin: string; headers: Record<string, string> };

/** The app in one process, the provider in another, and this one as all of the readers. */
export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  return withDatabase(server, async (url) => {
    const settings = { TOKENS: String(TOKENS), EVERY_MS: String(EVERY_MS) };
    const many = await startServer('bench/token-provider.ts', '/health', settings);
    const short = await startServer('bench/token-provider.ts', '/health', { TOKENS: '3' });
    try {
      const first = await withApp(url, short, measureFirstToken);
      return [first, ...(await withApp(url, many, measureMany))];
    } finally {
      await many.stop();
      await short.stop();
    }
  });
}

async function withApp<T>(
  url: string,
  provider: RunningServer,
  measure: (app: RunningServer, asker: Asker) => Promise<T>,
): Promise<T> {
  const app = await startApp({
    DATABASE_URL: url,
    LLM_BASE_URL: provider.origin,
    LLM_MODEL: 'bench',
    LLM_CONCURRENCY: String(STREAMS),
  });
  try {
    return await measure(app, await prepare(app.origin));
  } finally {
    await app.stop();
  }
}

async function measureFirstToken(_app: RunningServer, asker: Asker): Promise<Finding> {
  const delays: number[] = [];
  for (let n = 0; n < ALONE; n++) {
    const { delaysMs } = await readAnswer(await converse(asker), asker.headers, 'What was said?');
    delays.push(delaysMs[0] ?? Number.NaN);
  }
  const [p50, p95] = [quantile(delays, 0.5), quantile(delays, 0.95)];
  console.log(
    `  first token: ${p50.toFixed(1)} ms after the provider sent it, p95 ${p95.toFixed(1)}`,
  );
  return judge('first token', `p50 ${p50.toFixed(1)} ms`, '≤ 10 ms', p50 <= 10);
}

async function measureMany(app: RunningServer, asker: Asker): Promise<Finding[]> {
  const urls = await Promise.all(Array.from({ length: STREAMS }, () => converse(asker)));
  const before = app.memory().now;
  app.forgetPeak();
  // What is read is forgotten: the figure is of the streams alone.
  await eventLoopP99(app);
  const cpuBefore = app.cpuMs();
  const startedAt = performance.now();
  const streams = await Promise.all(
    urls.map((url) => readAnswer(url, asker.headers, 'What was said?')),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const p99 = await eventLoopP99(app);
  const busy = (app.cpuMs() - cpuBefore) / 10 / seconds;
  const whole = streams.filter(isWhole).length;
  const delays = streams.flatMap(({ delaysMs }) => delaysMs);
  const mib = (app.memory().peak - before) / STREAMS;
  console.log(
    `  ${STREAMS} streams in ${seconds.toFixed(1)} s, the server busy for ${busy.toFixed(0)} % of a core`,
  );
  console.log(
    `  a token is on its way for ${quantile(delays, 0.5).toFixed(1)} ms, p99 ${quantile(delays, 0.99).toFixed(1)}`,
  );
  console.log(
    `  memory: ${(mib * 1_024).toFixed(0)} KiB a stream (peak above idle, over ${STREAMS})`,
  );
  return [
    judge('whole streams', `${whole} of ${STREAMS}`, `all`, whole === STREAMS),
    judge('event loop', `p99 ${p99.toFixed(1)} ms late`, '< 50 ms', p99 < 50),
  ];
}

const isWhole = ({ text, end }: ReadStream) =>
  end === 'message.completed' && text.trim().split(' ').length === TOKENS;

/** The delay of the server's event loop since it was asked last, in ms. */
async function eventLoopP99({ origin }: RunningServer): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (.*)$/m.exec(metrics)?.[1]) * 1_000;
}

/** A user with a transcript. */
async function prepare(origin: string): Promise<Asker> {
  const headers = { 'content-type': 'application/json' };
  const email = `bench-${Date.now()}@example.org`;
  const { token } = await post(`${origin}/v1/auth/register`, headers, {
    email,
    password: 'a long password',
  });
  const asker = { origin, headers: { ...headers, authorization: `Bearer ${token}` } };
  await post(`${origin}/v1/transcripts`, asker.headers, { text: createText(1, 2_000) });
  return asker;
}

/** A new conversation. @returns where its questions go */
async function converse({ origin, headers }: Asker): Promise<string> {
  const { id } = await post(`${origin}/v1/conversations`, headers, {});
  return `${origin}/v1/conversations/${id}/messages`;
}

async function post(url: string, headers: Record<string, string>, body: object) {
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}
