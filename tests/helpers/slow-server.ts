import { setTimeout } from 'node:timers/promises';
import { buildApp } from '../../src/app.ts';
import { createAnswerers } from '../../src/chat/answerers.ts';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/client.ts';
import { createDependencies } from '../../src/dependencies.ts';

/*
 * A server to be killed: `src/server.ts`, with an answerer that is never done. It has the name in
 * leases that a real one on the same port has.
 */
const config = loadConfig(process.env);
const connection = await openDatabase({ url: config.DATABASE_URL });
const answerers = createAnswerers([{ name: 'slow', answer }]);
const app = await buildApp({ ...(await createDependencies(config, connection)), answerers });
await app.listen({ host: config.HOST, port: config.PORT });

async function* answer() {
  for (let count = 0; count < 100_000; count += 1) {
    yield count % 20 === 19 ? 'The wheel stalled [s1]. ' : `Wört${count} `;
    await setTimeout(10);
  }
  return { promptTokens: 0, completionTokens: 0 };
}
