import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { getTableName } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { retryBatch } from '../../src/jobs/change-batch.ts';
import { completeBatches } from '../../src/jobs/complete-batches.ts';
import { createJob } from '../../src/jobs/create-job.ts';
import { createDeleteAccountHandler } from '../../src/jobs/handlers/delete-account.ts';
import { importLater } from '../../src/jobs/import-later.ts';
import { JobError } from '../../src/jobs/job-error.ts';
import { startBatch } from '../../src/jobs/start-batch.ts';
import { ACCOUNT_PARTS } from '../../src/repositories/account-parts.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { buildTestApp } from '../helpers/app.ts';
import { type Actor, PASSWORD } from '../helpers/client.ts';
import { foreignKeys, onPostgres, ownedRows, query } from '../helpers/database.ts';
import { createUser, importSample, importText } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { FIRST_USER, runDueJobs } from '../helpers/jobs.ts';
import { createLibrary } from '../invariants/owner-calls.ts';

const removed: string[] = [];
const parley = await buildTestApp(
  {},
  { removeUserFiles: async (userId) => void removed.push(userId) },
);
const { client, db, repositories } = parley;

beforeEach(async () => {
  await query(db, 'delete from users');
  removed.length = 0;
});

type Accepted = { job: { id: string; type: string; status: string } };
const deleteMe = (actor: Pick<Actor, 'request'>, password = PASSWORD) =>
  actor.request<Accepted>('DELETE', '/v1/auth/me', { password });
const rowsOf = async (userId: string) => [...(await ownedRows(db, userId)).values()].flat();
const claim = (...types: string[]) => {
  const room = Object.fromEntries(types.map((type) => [type, 1]));
  return repositories.jobQueue.claim('w', { limit: 1, room, after: FIRST_USER, leaseMs: 60_000 });
};
const due = () => query(db, `update jobs set run_after = now() where status = 'queued'`);

/** An administrator, so that others may go. */
async function registerTwo() {
  return { admin: await client.register(), ada: await client.register() };
}

describe('asking for an account to be deleted', () => {
  test('answers with the job, and is the last that one can ask', async () => {
    const { ada } = await registerTwo();
    const others = [await ada.bySession(), await ada.byCookie(), await ada.byApiKey('read')];
    const answer = await deleteMe(ada);
    expect(answer).toMatchObject({
      status: 202,
      body: { job: { type: 'delete-account', status: 'queued' } },
      headers: { location: `/v1/jobs/${answer.body.job.id}` },
    });
    expect(answer.headers['set-cookie']).toMatch(/^session=;/);
    for (const actor of [ada, ...others]) {
      expect((await actor.request('GET', '/v1/auth/me')).status).toBe(401);
    }
    const credentials = { email: ada.user.email, password: PASSWORD };
    const login = await client.request('POST', '/v1/auth/login', credentials);
    expect(login).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  });

  test('needs the password, and a session', async () => {
    const { ada } = await registerTwo();
    expect(await deleteMe(ada, 'another password')).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
    expect(await deleteMe(await ada.byApiKey('read', 'write', 'chat'))).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect((await ada.request('GET', '/v1/auth/me')).status).toBe(200);
    expect(await query(db, 'select from jobs')).toEqual([]);
  });

  test('twice at once is one job', async () => {
    const { ada } = await registerTwo();
    const answers = await Promise.all([deleteMe(ada), deleteMe(await ada.bySession())]);
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    expect(new Set(accepted.map(({ body }) => body.job.id)).size).toBe(1);
    expect(await query(db, 'select from jobs')).toHaveLength(1);
  });

  test('frees the address at once', async () => {
    const { ada } = await registerTwo();
    await deleteMe(ada);
    const again = await client.register(ada.user.email);
    expect(again.user).toMatchObject({ email: ada.user.email, role: 'user' });
    await runDueJobs(parley);
    expect((await again.request('GET', '/v1/auth/me')).status).toBe(200);
  });

  test('stops all that waits or runs, so that nothing but the deletion is left to do', async () => {
    const { admin, ada } = await registerTwo();
    const { jobs, batches, batchJobs } = repositories;
    const { job: other } = await jobs.create(admin.user.id, { type: 'embed' });
    const { job: running } = await jobs.create(ada.user.id, { type: 'embed', priority: 9 });
    const values = { name: 'Talks', type: 'export', totalFiles: 3 };
    const { batch } = await batches.create(ada.user.id, values);
    await batchJobs.createMany(ada.user.id, batch, [{}, {}, {}]);
    const { job: paused } = await jobs.create(ada.user.id, { type: 'embed' });
    await jobs.pause(ada.user.id, paused.id);
    const claimed = [...(await claim('embed')), ...(await claim('embed'))];
    const lease = claimed.find(({ jobId }) => jobId === running.id);
    if (!lease) throw new Error('it was not claimed');
    await query(
      db,
      `insert into jobs (user_id, type)
      select '${ada.user.id}', 'export' from generate_series(1, 4500)`,
    );
    await deleteMe(ada);
    expect(
      await query(
        db,
        `select type, status, count(*)::integer as count from jobs
        where user_id = '${ada.user.id}' group by 1, 2 order by 1, 2`,
      ),
    ).toEqual([
      { type: 'delete-account', status: 'queued', count: 1 },
      { type: 'embed', status: 'paused', count: 2 },
      { type: 'export', status: 'paused', count: 4503 },
    ]);
    expect(await jobs.getById(admin.user.id, other.id)).not.toMatchObject({ status: 'paused' });
    expect(await batches.getById(ada.user.id, batch.id)).toMatchObject({ status: 'paused' });
    expect(await completeBatches(parley)).toBe(0);
    expect(await repositories.jobQueue.hold(lease)).toBe(false);
    expect(await checkJobInvariants(db)).toEqual([]);
  });

  test('lets nothing be begun by a request that was on its way', async () => {
    const { ada } = await registerTwo();
    const [failed] = await query<{ id: string }>(
      db,
      `insert into jobs
      (user_id, type, status, completed_at, error_code, error_message)
      values ('${ada.user.id}', 'embed', 'failed', now(), 'internal', 'A fault.') returning id`,
    );
    await deleteMe(ada);
    const { id } = ada.user;
    const isRefused = expect.objectContaining({ code: 'unauthenticated' });
    const embed = { type: 'embed', parameters: {} } as const;
    await expect(createJob(parley, id, embed, null)).rejects.toEqual(isRefused);
    await expect(importLater(parley, id, { text: 'Ada: Hi.' }, null)).rejects.toEqual(isRefused);
    const batch = { name: 'Talks', type: 'embed', items: [{}] } as const;
    const items = [...batch.items];
    await expect(startBatch(parley, id, { ...batch, items }, null)).rejects.toEqual(isRefused);
    await expect(retryBatch(parley, id, randomUUID())).rejects.toEqual(isRefused);
    for (const command of [repositories.jobs.reopen, repositories.jobs.resume]) {
      await expect(command(id, failed?.id ?? '')).rejects.toEqual(isRefused);
    }
    expect(await query(db, `select type from jobs where status = 'queued'`)).toEqual([
      { type: 'delete-account' },
    ]);
  });

  test.skipIf(!onPostgres)(
    'leaves nothing that is asked for in the same moment',
    async () => {
      await client.register();
      for (let round = 0; round < 8; round += 1) {
        const ada = await client.register();
        const items = new Array(40).fill({});
        const asked = Array.from({ length: 6 }, async (_none, index) => {
          await setTimeout(index * 25);
          const batch = { name: 'Talks', type: 'embed' as const, items };
          return startBatch(parley, ada.user.id, batch, null);
        });
        const [answer, ...ends] = await Promise.allSettled([deleteMe(ada), ...asked]);
        expect(answer).toMatchObject({ status: 'fulfilled', value: { status: 202 } });
        for (const end of ends) {
          if (end.status === 'rejected')
            expect(end.reason).toMatchObject({ code: 'unauthenticated' });
        }
        const left = `select type from jobs where user_id = '${ada.user.id}'
        and status in ('queued', 'running')`;
        expect(await query(db, left)).toEqual([{ type: 'delete-account' }]);
      }
    },
    60_000,
  );
});

describe('the administrator', () => {
  test('cannot go while others are there, and the first after the last is one again', async () => {
    const { admin, ada } = await registerTwo();
    expect(await deleteMe(admin)).toMatchObject({
      status: 409,
      body: { code: 'last_administrator' },
    });
    expect((await admin.request('GET', '/v1/auth/me')).status).toBe(200);
    expect((await deleteMe(ada)).status).toBe(202);
    // Whoever is being deleted needs no administrator.
    expect((await deleteMe(admin)).status).toBe(202);
    expect((await client.register()).user.role).toBe('admin');
    expect((await client.register()).user.role).toBe('user');
    await runDueJobs(parley);
    expect(await query(db, 'select from users')).toHaveLength(2);
  });

  test('can go when another one stays', async () => {
    const { admin, ada } = await registerTwo();
    await query(db, `update users set role = 'admin' where id = '${ada.user.id}'`);
    expect((await deleteMe(admin)).status).toBe(202);
    expect((await client.register()).user.role).toBe('user');
  });
});

describe('an account that is deleted', () => {
  test('leaves no row and no file, and nothing of others goes with it', async () => {
    const { admin, ada } = await registerTwo();
    await importSample(db, admin.user.id);
    await createLibrary(db, ada.user.id);
    const theirs = await rowsOf(admin.user.id);
    expect((await rowsOf(ada.user.id)).length).toBeGreaterThan(100);
    await deleteMe(ada);
    expect(await runDueJobs(parley)).toBe(1);
    expect(await rowsOf(ada.user.id)).toEqual([]);
    expect(await rowsOf(admin.user.id)).toEqual(theirs);
    expect(removed).toEqual([ada.user.id]);
    for (const table of ['jobs', 'job_runs', 'job_files', 'job_file_parts', 'llm_requests']) {
      expect([table, await query(db, `select from ${table}`)]).toEqual([table, []]);
    }
  });

  test('is taken apart a piece at a time, however much it is', async () => {
    const { ada } = await registerTwo();
    for (let index = 0; index < 12; index += 1) {
      await importText(db, ada.user.id, `Ada: Number ${index} of twelve.`);
    }
    await query(
      db,
      `insert into jobs (user_id, type) select '${ada.user.id}', 'embed' from generate_series(1, 1100)`,
    );
    await query(
      db,
      `insert into conversations (user_id) select '${ada.user.id}' from generate_series(1, 50)`,
    );
    await deleteMe(ada);
    const [job] = (await repositories.jobs.listByUser(ada.user.id, { limit: 1 })).data;
    expect(job?.type).toBe('delete-account');
    const slices: number[] = [];
    const through = createRepositories(db);
    let fraction = 0;
    const handler = createDeleteAccountHandler({ removeUserFiles: async () => {} });
    const counting = {
      ...handler,
      run: (running: Parameters<typeof handler.run>[0]) =>
        handler.run({
          ...running,
          progress: (done) => {
            expect(done).toBeGreaterThanOrEqual(fraction);
            fraction = done;
            slices.push(done);
          },
        }),
    };
    const jobHandlers = new Map([['delete-account' as const, counting]]);
    expect(await runDueJobs({ db, repositories: through, jobHandlers })).toBe(1);
    expect(slices.length).toBeGreaterThan(ACCOUNT_PARTS.length + 5);
    expect(fraction).toBe(1);
    expect(await rowsOf(ada.user.id)).toEqual([]);
  });

  test('goes on where an attempt broke off', async () => {
    const { ada } = await registerTwo();
    await createLibrary(db, ada.user.id);
    await deleteMe(ada);
    let fails = true;
    const removeUserFiles = async () => {
      if (fails) throw new JobError('busy', 'The disk is away.', { transient: true });
    };
    const handler = createDeleteAccountHandler({ removeUserFiles });
    const jobHandlers = new Map([['delete-account' as const, handler]]);
    expect(await runDueJobs({ ...parley, jobHandlers })).toBe(1);
    expect(await repositories.users.getById(ada.user.id)).toMatchObject({ id: ada.user.id });
    expect(await query(db, 'select status, retry_count as retries from jobs')).toEqual([
      { status: 'queued', retries: 1 },
    ]);
    fails = false;
    await due();
    expect(await runDueJobs({ ...parley, jobHandlers })).toBe(1);
    expect(await rowsOf(ada.user.id)).toEqual([]);
  });

  test('is taken up again half an hour after its deletion was given up', async () => {
    const { ada } = await registerTwo();
    await deleteMe(ada);
    await query(
      db,
      `update jobs set status = 'running', attempt = 1, crash_count = 2,
      lease_token = gen_random_uuid(), lease_expires_at = now()`,
    );
    await repositories.jobTakeovers.reclaimExpired(true);
    expect(await query(db, 'select status from jobs')).toEqual([{ status: 'failed' }]);
    expect(await repositories.accounts.reopenDeletions()).toBe(0);
    await query(db, `update jobs set completed_at = now() - interval '31 minutes'`);
    // What else failed is for its owner to try again.
    const { id } = await createUser(repositories);
    await query(
      db,
      `insert into jobs (user_id, type, status, completed_at, error_code, error_message)
       values ('${id}', 'embed', 'failed', now() - interval '2 hours', 'internal', 'A fault.')`,
    );
    expect(await repositories.accounts.reopenDeletions()).toBe(1);
    await runDueJobs(parley);
    expect(await rowsOf(ada.user.id)).toEqual([]);
    expect(await query(db, 'select status from jobs')).toEqual([{ status: 'failed' }]);
  });

  test('has a part for every table of users that may be long', async () => {
    const parts = ACCOUNT_PARTS.map(({ table }) => getTableName(table));
    const short = ['api_keys', 'sessions', 'stale_vocabularies'];
    const links = await foreignKeys(db);
    const owned = links.filter(({ parent, cascades }) => parent === 'users' && cascades);
    expect(owned.length).toBeGreaterThan(10);
    for (const { child } of owned) expect([...parts, ...short]).toContain(child);
  });
});
