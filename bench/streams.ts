import { setTimeout } from 'node:timers/promises';
import { withDatabase } from './postgres.ts';
import { type Finding, judge, skipped } from './ratio.ts';
import { startServer } from './servers.ts';

export const QUESTION = 'Does the event loop stay free while 200 answers are streamed at once?';

const TOKENS = 500;
/** After the questions were taken, and before the first answer has ended. */
const WARM_UP_MS = 4_000;
const MEASURED_MS = 5_000;
const MOST_MS = 50;

/** 200 streams of 50 tokens a second, read by this process. */
export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  return withDatabase(server, async (url) => {
    const settings = { DATABASE_URL: url, TOKENS: String(TOKENS), LOG_LEVEL: 'warn' };
    const limits = { RATE_LIMIT_MAX: '1000000000', EVENT_LOOP_DELAY_MAX_MS: '0' };
    const app = await startServer('bench/stream-server.ts', '/health/ready', {
      ...settings,
      ...limits,
    });
    try {
      const get = async <Body>(path: string): Promise<Body> =>
        (await (await fetch(app.origin + path)).json()) as Body;
      const { token, ids } = await get<{ token: string; ids: string[] }>('/bench/start');
      const reading = ids.map((id) => read(`${app.origin}/v1/conversations/${id}/messages`, token));
      await setTimeout(WARM_UP_MS);
      await get('/bench/delay');
      const before = app.cpuMs();
      await setTimeout(MEASURED_MS);
      const { p99, max } = await get<{ p99: number; max: number }>('/bench/delay');
      const share = (app.cpuMs() - before) / MEASURED_MS;
      const whole = (await Promise.all(reading)).filter((deltas) => deltas === TOKENS).length;
      console.log(
        `  delay of the event loop: p99 ${p99.toFixed(1)} ms, at most ${max.toFixed(1)} ms`,
      );
      console.log(
        `  the server took ${(share * 100).toFixed(0)} % of a core; ${whole} streams were whole`,
      );
      const found = `p99 ${p99.toFixed(1)} ms, ${whole} of ${ids.length} whole`;
      return [judge('streams', found, `≤ ${MOST_MS} ms`, p99 <= MOST_MS && whole === ids.length)];
    } finally {
      await app.stop();
    }
  });
}

/** Asks, and reads to the end. @returns how many deltas came */
async function read(url: string, token: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ content: 'Why?' }),
  });
  return (await response.text()).match(/event: delta/g)?.length ?? 0;
}
