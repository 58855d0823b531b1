import { afterEach, expect, test } from 'vitest';
import { hashToken } from '../../src/access/tokens.ts';
import { buildTestApp } from '../helpers/app.ts';
import { bearer, codeOf, type Headers } from '../helpers/client.ts';
import type { Operation } from '../helpers/openapi.ts';
import { validRequest } from './requests.ts';

/**
 * Who may call what: everybody, users (`session`: not with an API key), or users whose key has a
 * scope. A route that is added, or whose policy changes, has to be added or changed here.
 */
const POLICIES = {
  public: ['getLiveness', 'getReadiness', 'getMetrics', 'register', 'login'],
  session: ['logout', 'changePassword', 'deleteMe'],
  user: ['getMe'],
  read: [
    ...['listSessions', 'listApiKeys', 'listTranscripts', 'getTranscript', 'listSegments'],
    ...[
      'listChunks',
      'listRevisions',
      'getRevision',
      'diffRevisions',
      'listSpeakers',
      'exportTranscript',
      'search',
      'listConversations',
    ],
    ...['getConversation', 'listMessages', 'getMessage', 'listTemplates', 'getTemplate'],
    ...['listSearches', 'getSearch', 'listUsage', 'getQuota', 'listBatches', 'getBatch'],
    ...['listMediaFiles', 'getMediaFile'],
    ...['renderTemplate', 'resolveLink', 'listModels'],
    ...['listOpenAiModels', 'getOpenAiModel', 'createEmbeddings'],
    'resumeMessage',
    ...['listJobs', 'getJob', 'listJobRuns', 'watchJob', 'downloadJobFile'],
  ],
  write: [
    ...[
      'deleteSession',
      'createApiKey',
      'deleteApiKey',
      'importTranscript',
      'updateTranscript',
      'addRevision',
      'activateRevision',
      'renameSpeaker',
      'mergeSpeakers',
      'correctSegment',
    ],
    ...['uploadMediaFile', 'deleteMediaFile'],
    ...['updateMe', 'deleteSearches', 'deleteSearch', 'judgeHit'],
    ...['createJob', 'deleteJob', 'cancelJob', 'pauseJob', 'resumeJob', 'retryJob'],
    ...['createBatch', 'updateBatch', 'pauseBatch', 'resumeBatch', 'cancelBatch', 'retryBatch'],
    'deleteBatch',
    ...['deleteTranscript', 'createTemplate', 'updateTemplate', 'deleteTemplate'],
  ],
  chat: [
    ...['createConversation', 'updateConversation', 'deleteConversation', 'askQuestion'],
    'createChatCompletion',
    ...['cancelMessage', 'regenerateMessage', 'activateMessage'],
  ],
  admin: ['listConfig', 'getConfig', 'setConfig', 'deleteConfig'],
};
type Policy = keyof typeof POLICIES;
const SCOPES = ['read', 'write', 'chat', 'admin'] as const;

const app = await buildTestApp();
const { client, repositories } = app;
const contract = await client.getContract();
const admin = await client.register('listener@example.org');
const user = await client.register();
const outsider = client.actAs(user.user.id, {});

// Some of the routes change it, and others need it as it was.
const account = await repositories.users.getById(admin.user.id);
afterEach(async () => {
  await repositories.users.setPasswordHash(admin.user.id, account?.passwordHash ?? '');
  await repositories.users.update(admin.user.id, { searchHistory: true });
});

const policyOf = ({ operationId }: Operation): Policy => {
  const [found] = Object.entries(POLICIES).find(([, ids]) => ids.includes(operationId)) ?? [];
  if (!found) expect.fail(`add ${operationId} to POLICIES in tests/invariants/policies.test.ts`);
  return found as Policy;
};
const isSafe = ({ method }: Operation) => method === 'GET';
const cases = contract.operations.map((operation) => [operation.operationId, operation] as const);

async function send(operation: Operation, headers: Headers, actor = admin) {
  const request = await validRequest(app, contract, operation, actor);
  return outsider.request(request.method, request.url, request.body, headers);
}

/** Done, or refused for a reason that has nothing to do with who calls. */
const allowed = { asymmetricMatch: (status: number) => status < 300 || status === 409 };

async function expiredSession(): Promise<Headers> {
  const token = `ran out: ${Math.random()}`.replaceAll(' ', '-');
  const { id } = await repositories.sessions.create(admin.user.id, {
    tokenHash: hashToken(token),
    expiresAt: new Date(Date.now() + 60_000),
  });
  await repositories.sessions.extend(admin.user.id, id, new Date(Date.now() - 1_000));
  return bearer(token);
}

test('the list of policies has no operation that is gone', () => {
  const known = cases.map(([operationId]) => operationId).sort();
  expect(Object.values(POLICIES).flat().sort()).toEqual(known);
});

test.each(cases)('%s says in the document who may call it', (_, operation) => {
  const policy = policyOf(operation);
  const isPublic = policy === 'public';
  expect(operation.security).toEqual(isPublic ? [] : [{ bearer: [] }, { cookie: [] }]);
  const scope = /needs the scope `(\w+)`/.exec(operation.description ?? '')?.[1];
  expect(scope).toBe(SCOPES.find((name) => name === policy));
});

test.each(cases)('%s refuses who has no good credentials', async (_, operation) => {
  const isPublic = policyOf(operation) === 'public';
  const attempts: Headers[] = [
    {},
    bearer('garbage'),
    bearer('parley_garbage'),
    { authorization: 'Basic YWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==' },
    { cookie: 'session=garbage', origin: 'http://localhost:3000' },
    { cookie: `__Host-session=${admin.token}`, origin: 'http://localhost:3000' },
    await expiredSession(),
  ];
  for (const headers of attempts) {
    const answer = await send(operation, headers);
    if (isPublic) expect(answer.status).toEqual(allowed);
    else {
      expect(answer.status).toBe(401);
      expect(codeOf(answer.body)).toMatch(/^(unauthenticated|invalid_api_key)$/);
    }
  }
});

test.each(cases)('%s takes a session as bearer or cookie', async (_, operation) => {
  const cookie = await admin.byCookie();
  const { origin: _origin, ...withoutOrigin } = cookie.credentials;
  const unsafe = policyOf(operation) !== 'public' && !isSafe(operation);
  expect((await send(operation, withoutOrigin)).status).toEqual(unsafe ? 403 : allowed);
  expect((await send(operation, cookie.credentials)).status).toEqual(allowed);
  if (operation.operationId === 'changePassword') return;
  expect((await send(operation, (await admin.bySession()).credentials)).status).toEqual(allowed);
});

test.each(cases)('%s takes an API key with its scope, and no other', async (_, operation) => {
  const policy = policyOf(operation);
  for (const scope of SCOPES) {
    const key = await admin.byApiKey(scope);
    const { status, body } = await send(operation, key.credentials);
    const may = policy === 'public' || policy === 'user' || policy === scope;
    // A key with the scope alone creates no key with the scopes of the example.
    if (may && operation.operationId !== 'createApiKey') expect(status).toEqual(allowed);
    else expect([status, codeOf(body)]).toEqual([403, 'forbidden']);
  }
});

test.each(cases.filter(([, operation]) => policyOf(operation) === 'admin'))(
  '%s is for administrators alone',
  async (_, operation) => {
    for (const caller of [await user.bySession(), await user.byApiKey('admin', 'read')]) {
      const answer = await send(operation, caller.credentials, user);
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  },
);

test('a route without a policy stops the app from starting', async () => {
  const { app: other } = await buildTestApp();
  other.get('/open', async () => 'everything');
  await expect(other.ready()).rejects.toThrow('routes without a policy: GET /open');
});
