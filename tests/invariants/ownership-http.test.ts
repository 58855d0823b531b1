import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { type Answer, codeOf } from '../helpers/client.ts';
import { ownedRows, query } from '../helpers/database.ts';
import { type IdPlace, idPlaces, make, validRequest } from './requests.ts';

const app = await buildTestApp();
const { client, db, repositories } = app;
const contract = await client.getContract();
const caller = await client.register();
const owner = await client.register();
const callers = {
  cookie: await caller.byCookie(),
  bearer: await caller.bySession(),
  'API key': await caller.byApiKey('read', 'write', 'chat'),
};

const cases = contract.operations.flatMap((operation) =>
  idPlaces(contract, operation).map(
    (place) => [operation.operationId, `${place.in} ${place.at}`, { operation, place }] as const,
  ),
);

test('ids are found in paths, queries and bodies of every resource', () => {
  expect(cases.length).toBeGreaterThan(25);
  expect(new Set(cases.map(([, , { place }]) => place.kind)).size).toBe(18);
});

/** An answer without what is new each time. */
const comparable = ({ status, text, headers }: Answer<unknown>) => ({
  status,
  text: text.replace(/"requestId":"[^"]*"/, ''),
  headers: Object.entries(headers).filter(
    ([name]) => !/^(date|x-request-id|ratelimit-.*)$/.test(name),
  ),
});

/** All that the other user has, but for when a session or a key was last used. */
const ownersRows = () => ownedRows(db, owner.user.id);

test.each(cases)(
  '%s with another user’s id in %s is as if it were not there',
  async (_, _place, { operation, place }) => {
    const send = async (as: keyof typeof callers, id: string) => {
      const request = await validRequest(app, contract, operation, caller, { place, id });
      return callers[as].request(request.method, request.url, request.body);
    };
    const foreign = await make(place.kind, app, owner);
    const before = await ownersRows();
    for (const as of ['cookie', 'bearer', 'API key'] as const) {
      const missing = await send(as, randomUUID());
      expect([missing.status, codeOf(missing.body)]).toEqual([404, 'not_found']);
      expect(comparable(await send(as, await deleted(place)))).toEqual(comparable(missing));
      expect(comparable(await send(as, foreign))).toEqual(comparable(missing));
      // The same in capitals is the same id.
      expect(comparable(await send(as, foreign.toUpperCase()))).toEqual(comparable(missing));
    }
    expect(await ownersRows()).toEqual(before);

    // The same request with an id of the caller's own is done; or else the lines above prove nothing.
    const own = await validRequest(app, contract, operation, caller);
    expect((await callers.bearer.request(own.method, own.url, own.body)).status).toBeLessThan(300);
  },
);

/** An id of the caller's own that was deleted. */
async function deleted({ kind }: IdPlace): Promise<string> {
  const id = await make(kind, app, caller);
  const { user } = caller;
  const { transcripts, conversations, templates, apiKeys, sessions } = repositories;
  if (kind === 'transcript') await transcripts.delete(user.id, id);
  if (kind === 'template') await templates.delete(user.id, id);
  if (kind === 'apiKey') await apiKeys.delete(user.id, id);
  if (kind === 'session') await sessions.delete(user.id, id);
  if (kind === 'mediaFile') await repositories.mediaFiles.delete(user.id, id);
  if (kind === 'search') await repositories.searchHistory.delete(user.id, id);
  if (kind === 'chunk') {
    const [chunk] = await repositories.chunks.getByIds(user.id, [id]);
    await transcripts.delete(user.id, chunk?.transcriptId ?? '');
  }
  if (kind === 'batch' || kind === 'pausedBatch' || kind === 'failedBatch') {
    await repositories.batches.setStatus(user.id, id, 'cancelled');
    await repositories.batches.deleteEnded(user.id, id);
  }
  if (kind === 'conversation') await conversations.delete(user.id, id);
  if (kind === 'message') {
    const message = await repositories.messages.getById(user.id, id);
    await conversations.delete(user.id, message?.conversationId ?? '');
  }
  if (/batch/i.test(kind)) await query(db, `delete from batches where id = '${id}'`);
  if (/job/i.test(kind)) await query(db, `delete from jobs where id = '${id}'`);
  if (kind === 'file') await repositories.jobFiles.delete(user.id, id);
  return id;
}

test('lists and searches hold nothing of another user', async () => {
  await make('transcript', app, owner);
  await make('message', app, owner);
  const stranger = await client.register();
  for (const operation of contract.operations) {
    const { method, path, operationId } = operation;
    if (idPlaces(contract, operation).some((place) => place.in === 'path')) continue;
    if (method !== 'GET' && operationId !== 'search') continue;
    if (!path.startsWith('/v1') || path.startsWith('/v1/config')) continue;
    const { url, body } = await validRequest(app, contract, operation, stranger);
    const { status, text } = await stranger.request(method, url, body);
    expect(status).toBe(200);
    for (const [table, rows] of await ownersRows()) {
      const ids = rows.join().match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
      expect(
        ids.filter((id) => text.includes(id)),
        `${operationId} shows ${table}`,
      ).toEqual([]);
    }
  }
});
