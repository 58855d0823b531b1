import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { createGate, playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { messageIdIn, openStream } from '../helpers/event-reader.ts';
import { importSample } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

const READERS = 500;
const MIB = 2 ** 20;
/** As many small pieces as make a stream of two megabytes, more than a socket holds for anybody. */
const PIECES = 40_000;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
/** What is in use, in bytes, once all that nobody needs is gone. */
function used(): number {
  for (let round = 0; round < 3; round += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const played = playAnswerer();
const { app, client, db, repositories, liveAnswers } = await buildTestApp(
  {},
  { answerers: played.answerers },
);
const ada = await client.register();
await importSample(db, ada.user.id);
const base = await app.listen({ port: 0 });
// What the kernel takes for a reader of a TCP socket is megabytes, and of this one little.
const path = join(await mkdtemp(join(tmpdir(), 'parley-')), 'socket');
const server = createServer((request, response) => app.routing(request, response)).listen(path);
await once(server, 'listening');

const accepted = new Set<Socket>();
server.on('connection', (socket: Socket) => {
  accepted.add(socket);
  socket.once('close', () => accepted.delete(socket));
});
const open = new Set<Socket>();
afterAll(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

/** Asks for the events of an answer, and then takes nothing. */
function stall(id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      const credentials = `authorization: ${ada.credentials.authorization}`;
      socket.write(`GET /v1/messages/${id}/events HTTP/1.1\r\nhost: a\r\n${credentials}\r\n\r\n`);
      resolve();
    });
    socket.pause();
    socket.on('error', reject);
    open.add(socket);
  });
}
const stalled = () => [...accepted].filter(({ writableLength }) => writableLength > 0).length;

test(`${READERS} readers that stall cost at most 32 MiB in all`, { timeout: 180_000 }, async () => {
  const gate = createGate();
  played.script = async function* () {
    for (let count = 0; count < PIECES; count += 1) yield ' word';
    await gate.passed;
  };
  const { id: conversation } = await repositories.conversations.create(ada.user.id, {});
  const url = `${base}/v1/conversations/${conversation}/messages`;
  const asker = await openStream(url, {
    body: { content: 'Why?' },
    headers: ada.credentials,
    signal: AbortSignal.timeout(170_000),
  });
  await asker.until(`id: ${PIECES}\n`);
  const id = messageIdIn(asker.text());
  const before = used();
  for (let count = 0; count < READERS; count += 1) await stall(id);
  await expect.poll(stalled, { timeout: 60_000, interval: 500 }).toBe(READERS);
  const whileMade = used() - before;

  // The answer ends, and is forgotten; they stall as before.
  gate.open();
  await asker.rest();
  await expect.poll(() => liveAnswers.find(id)).toBeUndefined();
  expect(stalled()).toBe(READERS);
  const afterwards = used() - before;
  console.log(
    `${READERS} stalled readers: ${(whileMade / MIB).toFixed(1)} MiB while the answer is made, ` +
      `${(afterwards / MIB).toFixed(1)} MiB after its end`,
  );
  expect(whileMade).toBeLessThan(32 * MIB);
  expect(afterwards).toBeLessThan(32 * MIB);

  // Who reads on gets all of it, from the database.
  const [late] = open;
  let text = '';
  late?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  late?.resume();
  await expect
    .poll(() => text.includes('event: message.completed'), { timeout: 60_000 })
    .toBe(true);
  expect(text.match(/event: delta/g)).toHaveLength(PIECES);
  expect(readEvents(asker.text()).filter(({ event }) => event === 'delta')).toHaveLength(PIECES);
});
