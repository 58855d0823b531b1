import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { openSession } from '../src/access/sessions.ts';
import { buildApp } from '../src/app.ts';
import { createAnswerers } from '../src/chat/answerers.ts';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { createDependencies } from '../src/dependencies.ts';

/*
 * The app with an answerer that writes as a fast model does: 50 tokens a second. `/bench/delay` says
 * how late the event loop was since it was asked last, and `/bench/start` makes a user.
 */
const { TOKENS = '500' } = process.env;
const PAUSE_MS = 20;
const config = loadConfig(process.env);
const connection = await openDatabase({ url: config.DATABASE_URL });
const answerers = createAnswerers([{ name: 'paced', answer }]);
const dependencies = { ...(await createDependencies(config, connection)), answerers };
const app = await buildApp(dependencies);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const hidden = { config: { policy: 'public', rateLimit: false }, schema: { hide: true } } as const;

app.get('/bench/delay', hidden, async () => {
  // The histogram counts from timer to timer: what the timer waited anyway is no delay.
  const found = { p99: delay.percentile(99) / 1e6 - 10, max: delay.max / 1e6 - 10 };
  delay.reset();
  return found;
});
app.get('/bench/start', hidden, async () => {
  const { users, conversations } = dependencies.repositories;
  const user = await users.create({ email: 'ada@example.org', passwordHash: '' });
  const { token } = await openSession(dependencies.repositories, user.id);
  const made = Array.from({ length: 200 }, () => conversations.create(user.id, {}));
  return { token, ids: (await Promise.all(made)).map(({ id }) => id) };
});
await app.listen({ port: config.PORT });
process.on('SIGTERM', () => process.exit());

async function* answer() {
  for (let count = 0; count < Number(TOKENS); count += 1) {
    await setTimeout(PAUSE_MS);
    yield ` word${count}`;
  }
  return { promptTokens: 0, completionTokens: 0 };
}
