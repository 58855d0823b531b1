import { expect, onTestFinished, test, vi } from 'vitest';
import { readEvents } from '../../src/chat/live/read-events.ts';
import { startHousekeeping } from '../../src/housekeeping.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createMessage } from '../helpers/factories.ts';

const parley = await buildTestApp({}, { answerers: playAnswerer().answerers });
const { client, db, repositories } = parley;
const ada = await client.register();
const old = `now() - interval '25 hours'`;

test('a step that fails is told of, and stops none behind it', async () => {
  await createMessage(repositories, ada.user.id);
  await query(db, `update messages set created_at = ${old}`);
  await query(
    db,
    `insert into message_events select id, n, 'delta', '{}' from messages, generate_series(1, 9) n`,
  );
  const fails = async () => Promise.reject(new Error('the first step fails'));
  const sessions = { ...repositories.sessions, deleteExpired: fails };
  const told: unknown[] = [];
  const housekeeping = startHousekeeping(
    { ...parley, repositories: { ...repositories, sessions } },
    { error: ({ err }) => told.push(err) },
  );
  await housekeeping.stop();
  expect(told).toEqual([new Error('the first step fails')]);
  expect(await query(db, 'select from message_events')).toEqual([]);
});

test('while a round takes long, no others wait behind it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  let rounds = 0;
  const deleteExpired = async () => {
    rounds += 1;
    await mayEnd;
    return 0;
  };
  const sessions = { ...repositories.sessions, deleteExpired };
  const housekeeping = startHousekeeping(
    { ...parley, repositories: { ...repositories, sessions } },
    { error: () => {} },
  );
  vi.advanceTimersByTime(3_600_000);
  const stopped = housekeeping.stop();
  end();
  await stopped;
  expect(rounds).toBe(1);
});

test('events of however many messages are removed, of those that are old alone', async () => {
  await query(db, 'delete from messages');
  await Promise.all(Array.from({ length: 202 }, () => createMessage(repositories, ada.user.id)));
  await query(db, `update messages set created_at = ${old}`);
  const { id } = await createMessage(repositories, ada.user.id);
  await query(
    db,
    `insert into message_events select id, n, 'delta', '{}' from messages, generate_series(1, 3) n`,
  );
  expect(await repositories.messageEvents.deleteExpired()).toBe(202);
  expect(await query(db, 'select distinct message_id as id from message_events')).toEqual([{ id }]);
  expect(await repositories.messageEvents.deleteExpired()).toBe(0);
});

test('whoever waits for what another process writes reads no more than it needs', async () => {
  const { id } = await createMessage(repositories, ada.user.id, {
    ...{ role: 'assistant', status: 'streaming', content: '' },
  });
  await repositories.messageLeases.create(ada.user.id, id, 'another');
  // Whether its process is gone is looked up every few seconds, of which none goes by here.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const counted = { whole: 0, transactions: 0 };
  let rounds = 0;
  const enough = new AbortController();
  const counting = createRepositories(db);
  const { getById, getStatus } = counting.messages;
  counting.messages.getStatus = (...asked) => {
    rounds += 1;
    if (rounds === 6) enough.abort();
    return getStatus(...asked);
  };
  counting.messages.getById = (...asked) => {
    counted.whole += 1;
    return getById(...asked);
  };
  const transaction: typeof db.transaction = (...work) => {
    counted.transactions += 1;
    return db.transaction(...work);
  };
  const watched = new Proxy(db, {
    get: (target, name) => (name === 'transaction' ? transaction : Reflect.get(target, name)),
  });
  const events = readEvents(
    { db: watched, repositories: counting, liveAnswers: parley.liveAnswers },
    {
      ...{ userId: ada.user.id, messageId: id, after: 0, signal: enough.signal },
      ...{ closing: new AbortController().signal, describe: () => expect.fail('it has not ended') },
    },
  );
  for await (const batch of events) expect.fail(JSON.stringify(batch));
  expect({ rounds, ...counted }).toEqual({ rounds: 6, whole: 0, transactions: 1 });
});
