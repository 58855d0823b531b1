import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { messageIdIn, openStream } from '../helpers/event-reader.ts';
import { freePort } from '../helpers/free-port.ts';
import { readEvents, type StreamEvent } from '../helpers/openapi.ts';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = Number(process.env.KILLS ?? 2);
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a file of ours as a process, and waits until it answers. */
async function run(file: string, url: string, port: number): Promise<ChildProcess> {
  const env = {
    ...process.env,
    ...{ DATABASE_URL: url, PORT: String(port), LOG_LEVEL: 'error' },
    // A busy machine is no reason to refuse a request.
    EVENT_LOOP_DELAY_MAX_MS: '0',
  };
  const child = spawn(process.execPath, [join(ROOT, file)], { env, stdio: 'inherit' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      {
        timeout: 60_000,
      },
    )
    .toBe(true);
  return child;
}

/** The events that came as a whole. */
const eventsIn = (text: string) => readEvents(text.slice(0, text.lastIndexOf('\n\n') + 2));

const textIn = (events: StreamEvent[]) =>
  events
    .filter(({ event }) => event === 'delta')
    .map(({ data }) => data.text)
    .join('');

/** What a server that is gone would leave of an answer. */
async function storedText(db: Database, messageId: string): Promise<string> {
  const rows = await query<{ data: string[] }>(
    db,
    `select data from message_events where message_id = '${messageId}' and type = 'delta'
     order by sequence`,
  );
  return rows.flatMap(({ data }) => data).join('');
}

describe.skipIf(!onPostgres)('a server that is killed while it answers', () => {
  test(`loses nothing that it had stored, ${KILLS} times`, { timeout: 240_000 }, async () => {
    const { db, url = '' } = await openTestDatabase();
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const headers: Record<string, string> = {};
    const call = async <Body>(method: string, path: string, body?: object) => {
      const type = body ? { 'content-type': 'application/json' } : {};
      const response = await fetch(base + path, {
        method,
        headers: { ...headers, ...type },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return (await response.json()) as Body;
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const slow = await run('tests/helpers/slow-server.ts', url, port);
      const account = { email: `${kill}@example.org`, password: 'correct horse battery' };
      const { token } = await call<{ token: string }>('POST', '/v1/auth/register', account);
      headers.authorization = `Bearer ${token}`;
      await call('POST', '/v1/transcripts', { text: 'Ann: The wheel stalled in winter.' });
      const { id: conversation } = await call<{ id: string }>('POST', '/v1/conversations', {});
      const reader = await openStream(`${base}/v1/conversations/${conversation}/messages`, {
        body: { content: 'Why did the wheel stall?' },
        headers,
        signal: AbortSignal.timeout(120_000),
      });
      await reader.until(`Wört${60 + 20 * kill}`);
      const before = textIn(eventsIn(reader.text()));
      const id = messageIdIn(reader.text());
      // It is stored a moment after it was told, however long that is on a busy machine.
      await expect.poll(async () => (await storedText(db, id)).startsWith(before)).toBe(true);
      await reader.until(`Wört${120 + 20 * kill}`);
      slow.kill('SIGKILL');
      await reader.rest().catch(() => {});
      const told = eventsIn(reader.text());

      const server = await run('src/server.ts', url, port);
      const message = () => call<Message>('GET', `/v1/messages/${id}`);
      await expect.poll(async () => (await message()).status).toBe('interrupted');
      const { content, citations } = await message();
      const heard = textIn(told);
      expect(content.length).toBeGreaterThan(100);
      expect(citations.length).toBe(content.match(/\[\d+\]/g)?.length);
      // A crash costs what came in the last moments before it, and nothing else.
      expect(heard.startsWith(content) || content.startsWith(heard)).toBe(true);
      expect(content.startsWith(before)).toBe(true);

      const stream = async (after: number) => {
        const events = `${base}/v1/messages/${id}/events?after=${after}`;
        return readEvents(await (await openStream(events, { headers })).rest());
      };
      const all = await stream(0);
      expect(all.map((event) => event.id)).toEqual(all.map((_, index) => index + 1));
      const texts = all.filter(({ event }) => event === 'delta').map(({ data }) => data.text);
      expect(texts.join('')).toBe(content);
      const last = told.at(-1)?.id ?? 0;
      const rest = await stream(last);
      expect(rest.at(-1)).toMatchObject({
        event: 'message.interrupted',
        data: { message: { id, content } },
      });
      // Of events that were lost nobody knows: the end may have the id of the first of them.
      const isOfLost = all.at(-1)?.id === last;
      expect(rest[0]?.id).toBe(isOfLost ? last : last + 1);

      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      expect((await exit)[0]).toBe(0);
    }
  });
});
