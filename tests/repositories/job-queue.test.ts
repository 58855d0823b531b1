import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { JOB_STATUSES, type User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { ClaimRequest } from '../../src/repositories/job-claims.ts';
import type { ClaimedJob } from '../../src/repositories/job-queue.ts';
import type { NewJob } from '../../src/repositories/jobs.ts';
import { clockTick, onPostgres, openTestDatabase, query, undone } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { FIRST_USER } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { jobs, jobQueue, jobEndings, jobTakeovers, jobRuns } = repositories;

let user: User;
let other: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  const created = [await createUser(repositories), await createUser(repositories)];
  const [first, second] = created.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (first) user = first;
  if (second) other = second;
});

const claim = (request: Partial<ClaimRequest> = {}) =>
  jobQueue.claim('worker', {
    limit: 1,
    room: { embed: 1_000, import: 1_000 },
    after: FIRST_USER,
    leaseMs: 60_000,
    ...request,
  });
const create = async (values: Partial<NewJob> = {}, owner = user) =>
  (await jobs.create(owner.id, { type: 'embed', ...values })).job.id;
const fill = (count: number, values: string, columns = '') =>
  query<{ id: string }>(
    db,
    `insert into jobs (user_id, type${columns}) select ${values} from generate_series(1, ${count}) as n
     returning id`,
  );
/** Many batches of one job each, in which as many as given run already. */
const fillBatches = async (count: number, running = 0) => {
  await query(
    db,
    `insert into batches (user_id, name, type, total_files, worker_count)
     select '${user.id}', 'Talks', 'embed', 1, 1 from generate_series(1, ${count})`,
  );
  await query(
    db,
    `insert into jobs (user_id, type, batch_id, status, attempt, lease_token, lease_expires_at)
     select user_id, 'embed', id, case when n > 1 then 'running' else 'queued' end, sign(n - 1),
       case when n > 1 then id end, case when n > 1 then now() + interval '1 hour' end
     from batches, generate_series(1, ${1 + running}) as n`,
  );
};
const createBatch = async (workerCount: number, totalFiles: number) => {
  const [batch] = await query<{ id: string }>(
    db,
    `insert into batches (user_id, name, type, total_files, worker_count)
     values ('${user.id}', 'Talks', 'embed', ${totalFiles}, ${workerCount}) returning id`,
  );
  const id = batch?.id ?? '';
  await fill(totalFiles, `'${user.id}', 'embed', '${id}'`, ', batch_id');
  return id;
};
const completion = ({ jobId, token }: ClaimedJob) => ({
  jobId,
  token,
  result: { done: true },
  createdFiles: [],
  transcriptId: null as string | null,
});
const expire = () =>
  query(
    db,
    `update jobs set lease_expires_at = now() - interval '1 second'
  where status = 'running'`,
  );
const ids = (claimed: ClaimedJob[]) => claimed.map(({ jobId }) => jobId);

describe('a claim', () => {
  test('takes a job with all that its handler needs', async () => {
    const transcript = await createTranscript(repositories, user.id);
    const parameters = { model: 'test' };
    const id = await create({ parameters, transcriptId: transcript.id, maxRetries: 5 });
    const [claimed] = await claim();
    expect(claimed).toEqual({
      jobId: id,
      token: expect.any(String),
      runId: expect.any(String),
      userId: user.id,
      type: 'embed',
      parameters,
      transcriptId: transcript.id,
      batchId: null,
      attempt: 1,
      retryCount: 0,
      maxRetries: 5,
    });
    const [run] = (await jobRuns.listByJob(user.id, id, { limit: 5 })).data;
    expect(run).toMatchObject({ id: claimed?.runId, attempt: 1, worker: 'worker', endedAt: null });
    expect(await claim()).toEqual([]);
  });

  test('takes the highest priority of a user first, of any type, and then the oldest', async () => {
    const low = await create({ priority: -1 });
    const first = await create();
    const second = await create();
    const high = await create({ priority: 5, type: 'import' });
    const taken: string[] = [];
    for (let n = 0; n < 4; n += 1) taken.push(...ids(await claim()));
    expect(taken).toEqual([high, first, second, low]);
  });

  test('takes what waits longest, be it of a batch or not', async () => {
    const taken: string[] = [];
    const first = await create();
    const batch = await createBatch(10, 2);
    const between = await create();
    const second = await createBatch(10, 1);
    const last = await create();
    const places: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const [job] = await claim();
      taken.push(job?.jobId ?? '');
      places.push(job?.batchId ?? job?.jobId ?? '');
    }
    expect(places).toEqual([first, batch, batch, between, second, last]);
    expect(new Set(taken).size).toBe(6);
  });

  test('takes batches in the order in which they were started, however many', async () => {
    const made: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      made.push(await createBatch(1, 2));
      await clockTick();
    }
    const alone = await create();
    const taken = [...(await claim({ limit: 30 })), ...(await claim({ limit: 30 }))];
    expect(
      taken
        .slice(0, 40)
        .map(({ batchId }) => batchId)
        .toSorted(),
    ).toEqual(made.toSorted());
    expect(new Set(taken.slice(0, 30).map(({ batchId }) => batchId))).toEqual(
      new Set(made.slice(0, 30)),
    );
    expect(ids(taken)).toContain(alone);
    expect(await claim({ limit: 30 })).toEqual([]);
  });

  test('finds what is behind any number of batches', async () => {
    await fillBatches(600, 1);
    const [due, theirs] = [await create({ priority: -1, type: 'import' }), await create({}, other)];
    expect(ids(await claim({ limit: 4 })).toSorted()).toEqual([due, theirs].toSorted());
  });

  test('gives a turn to whoever is behind many small batches', async () => {
    await fillBatches(2_000);
    const theirs = await create({}, other);
    const rare = await create({ type: 'import', priority: 1 });
    expect(ids(await claim({ limit: 2 })).toSorted()).toEqual([rare, theirs].toSorted());
    expect(await claim({ limit: 50 })).toHaveLength(50);
  });

  test('leaves what is for later, however much that is', async () => {
    await fill(
      3_000,
      `'${user.id}', 'embed', now() + interval '1 hour', 9`,
      ', run_after, priority',
    );
    const due = await create();
    expect(ids(await claim({ limit: 10 }))).toEqual([due]);
  });

  test('finds what is due among any number of kinds that are for later', async () => {
    await query(
      db,
      `insert into jobs (user_id, type, priority, run_after)
       select '${user.id}', type, priority, now() + interval '1 hour'
       from unnest(array['embed', 'import']) as type, generate_series(-100, 100) as priority`,
    );
    await fillBatches(300);
    await query(
      db,
      `update jobs set run_after = now() + interval '1 hour' where batch_id is not null`,
    );
    const [due, theirs] = [
      await create({ type: 'import', priority: -100 }),
      await create({}, other),
    ];
    expect(ids(await claim({ limit: 4 })).toSorted()).toEqual([due, theirs].toSorted());
  });

  test('finds what was for later once its moment has come, and nobody is told', async () => {
    // By the database's clock: however late it is asked, that is before the moment.
    const soon = `'${user.id}', 'embed', now() + interval '1 second'`;
    const [{ id } = { id: '' }] = await fill(1, soon, ', run_after');
    const far = await create({ runAfter: new Date(Date.now() + 3_600_000) });
    const before = await jobs.getById(user.id, id);
    expect(before?.later).toBe(true);
    expect(await claim()).toEqual([]);
    const hasCome = `select from jobs where id = '${id}' and run_after < clock_timestamp()`;
    await expect.poll(() => query(db, hasCome)).toHaveLength(1);
    expect(await jobQueue.wakeDue()).toBe(1);
    expect(await jobQueue.wakeDue()).toBe(0);
    expect(await jobs.getById(user.id, far)).toMatchObject({ later: true });
    expect(await jobs.getById(user.id, id)).toEqual({ ...before, later: false });
    expect(ids(await claim())).toEqual([id]);
  });

  test('takes no more of a type than there is room for, and others instead', async () => {
    await fill(40, `'${user.id}', 'embed', 1`, ', priority');
    const imported = await create({ type: 'import' });
    const taken = await claim({ limit: 8, room: { embed: 2, import: 3 } });
    expect(taken.map(({ type }) => type).toSorted()).toEqual(['embed', 'embed', 'import']);
    expect(ids(taken)).toContain(imported);
    expect(await claim({ limit: 8, room: { export: 1 } })).toEqual([]);
  });

  test('gives every user a turn, whoever has many and of whatever priority', async () => {
    await fill(5_000, `'${user.id}', 'embed', 50`, ', priority');
    const single = await create({}, other);
    expect(ids(await claim({ limit: 2 }))).toContain(single);
    const next = await create({}, other);
    const [turn] = await claim();
    expect(turn?.userId).toBe(user.id);
    expect(ids(await claim({ after: user.id }))).toEqual([next]);
    const [wrapped] = await claim({ after: other.id });
    expect(wrapped?.userId).toBe(user.id);
  });

  test('passes over a batch that has all its workers', async () => {
    await createBatch(3, 50);
    const behind = [await create(), await create()];
    const taken = [...(await claim({ limit: 10 })), ...(await claim({ limit: 10 }))];
    expect(taken.filter(({ batchId }) => batchId)).toHaveLength(3);
    expect(ids(taken)).toEqual(expect.arrayContaining(behind));
    expect(await claim({ limit: 10 })).toEqual([]);
    const done = taken.find(({ batchId }) => batchId);
    if (done) await jobEndings.complete([completion(done)]);
    expect(await claim({ limit: 10 })).toHaveLength(1);
    expect(await checkJobInvariants(db)).toEqual([]);
  });
});

describe('an end', () => {
  test('is accepted once, and from nobody who lost the lease', async () => {
    const id = await create();
    const [stale] = await claim();
    if (!stale) throw new Error('nothing was claimed');
    await expire();
    expect(await jobTakeovers.reclaimExpired()).toBe(1);
    const [current] = await claim();
    expect(current).toMatchObject({ jobId: id, attempt: 2 });
    expect(await jobEndings.complete([completion(stale)])).toEqual([]);
    expect(await jobQueue.hold(stale)).toBe(false);
    if (!current) throw new Error('nothing was claimed');
    expect(await jobEndings.complete([completion(stale), completion(current)])).toEqual([id]);
    expect(await jobEndings.complete([completion(current)])).toEqual([]);
    expect(await jobs.getById(user.id, id)).toMatchObject({
      status: 'completed',
      result: { done: true },
      attempt: 2,
      crashCount: 1,
    });
  });

  test('of a job whose transcript was deleted meanwhile tells nothing of it', async () => {
    const gone = await createTranscript(repositories, user.id);
    const kept = await createTranscript(repositories, user.id);
    const theirs = await createTranscript(repositories, other.id);
    const made = [gone, kept, theirs];
    for (const _ of made) await create();
    const claimed = await claim({ limit: 3 });
    await repositories.transcripts.delete(user.id, gone.id);
    const ended = await jobEndings.complete(
      claimed.map((lease, n) => ({ ...completion(lease), transcriptId: made[n]?.id ?? null })),
    );
    expect(ended.toSorted()).toEqual(ids(claimed).toSorted());
    const rows = await Promise.all(claimed.map(({ jobId }) => jobs.getById(user.id, jobId)));
    expect(rows.map((job) => [job?.status, job?.transcriptId, job?.result])).toEqual([
      ['completed', null, null],
      ['completed', kept.id, { done: true }],
      ['completed', null, null],
    ]);
  });

  test('of a process under a job is the last one at the third time', async () => {
    const id = await create();
    for (let crash = 1; crash <= 3; crash += 1) {
      expect(await claim()).toHaveLength(1);
      expect(await jobTakeovers.reclaimExpired()).toBe(0);
      await expire();
      expect(await jobTakeovers.reclaimExpired()).toBe(1);
    }
    expect(await claim()).toEqual([]);
    expect(await jobs.getById(user.id, id)).toMatchObject({
      status: 'failed',
      errorCode: 'quarantined',
      crashCount: 3,
      retryCount: 0,
    });
    const { data } = await jobRuns.listByJob(user.id, id, { limit: 9 });
    expect(data.map(({ attempt, outcome, error }) => [attempt, outcome, error?.code])).toEqual([
      [3, 'crashed', 'quarantined'],
      [2, 'crashed', undefined],
      [1, 'crashed', undefined],
    ]);
    expect(await checkJobInvariants(db)).toEqual([]);
  });

  test('of a process takes all its jobs over, slice by slice', async () => {
    await fill(1_203, `'${user.id}', 'embed'`);
    while ((await claim({ limit: 300, room: { embed: 5_000 } })).length > 0);
    await expire();
    expect(await jobTakeovers.reclaimExpired()).toBe(1_203);
    expect(await jobTakeovers.reclaimExpired()).toBe(0);
    expect(await checkJobInvariants(db)).toEqual([]);
  });

  test('by giving back uses up no try', async () => {
    const id = await create();
    const [claimed] = await claim();
    expect(claimed && (await jobEndings.release(claimed))).toBe(true);
    expect(await jobs.getById(user.id, id)).toMatchObject({
      status: 'queued',
      attempt: 1,
      retryCount: 0,
      crashCount: 0,
    });
    expect((await claim())[0]).toMatchObject({ jobId: id, attempt: 2 });
  });
});

describe('a change of status', () => {
  const ALLOWED = new Set([
    ...['queued running', 'queued paused', 'queued cancelled'],
    ...['running queued', 'running completed', 'running failed', 'running cancelled'],
    ...['running paused', 'paused queued', 'paused cancelled'],
  ]);
  const ended = ['completed', 'failed', 'cancelled'];
  const values = (status: string) => `status = '${status}',
    lease_token = ${status === 'running' ? 'gen_random_uuid()' : 'null'},
    lease_expires_at = ${status === 'running' ? 'now()' : 'null'},
    completed_at = ${ended.includes(status) ? 'now()' : 'null'}`;
  const pairs = JOB_STATUSES.flatMap((from) => JOB_STATUSES.map((to) => [from, to] as const));

  test.each(pairs)('from %s to %s is allowed or refused', async (from, to) => {
    const outcome = await undone(db, async (tx) => {
      const [job] = await query<{ id: string }>(
        tx,
        `insert into jobs (user_id, type, status, lease_token, lease_expires_at, completed_at)
         select '${user.id}', 'embed', '${from}',
           ${from === 'running' ? 'gen_random_uuid(), now()' : 'null, null'},
           ${ended.includes(from) ? 'now()' : 'null'} returning id`,
      );
      return query(tx, `update jobs set ${values(to)} where id = '${job?.id}'`).then(
        () => 'allowed',
        ({ cause }) => cause.constraint_name ?? cause.constraint,
      );
    });
    const isAllowed = from === to || ALLOWED.has(`${from} ${to}`);
    expect(outcome).toBe(isAllowed ? 'allowed' : 'jobs_status_change');
  });

  test('leads out of failed by asking for another try', async () => {
    const id = await create();
    const [claimed] = await claim();
    if (claimed) await jobEndings.fail(claimed, { code: 'broken', message: '', permanent: true });
    await query(
      db,
      `update jobs set status = 'queued', completed_at = null, reopened_count = reopened_count + 1
       where id = '${id}'`,
    );
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued', reopenedCount: 1 });
  });
});

test('a key names one job of a user, also in the same moment', async () => {
  const key = { idempotencyKey: 'once' };
  const made = await Promise.all(
    Array.from({ length: 20 }, () => jobs.create(user.id, { type: 'embed', ...key })),
  );
  expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
  expect(made.filter(({ created }) => created)).toHaveLength(1);
  expect((await jobs.create(other.id, { type: 'embed', ...key })).created).toBe(true);
});

describe.skipIf(!onPostgres)('with many at once', () => {
  test.each(['pause', 'cancel'] as const)(
    'a job that is told to %s while it is claimed has no run that stays open',
    async (command) => {
      for (let round = 0; round < 60; round += 1) {
        const id = await create();
        await Promise.all([claim(), jobs[command](user.id, id)]);
        if (command === 'cancel') continue;
        await jobs.resume(user.id, id);
        expect(await claim()).toMatchObject([{ jobId: id }]);
        await jobs.cancel(user.id, id);
      }
      expect(await checkJobInvariants(db)).toEqual([]);
    },
  );

  test('forty claimers take each of 2,000 jobs once', async () => {
    await fill(1_900, `'${user.id}', 'embed'`);
    await fill(100, `'${other.id}', 'embed'`);
    const taken: string[] = [];
    const claimer = async () => {
      for (let empty = 0; empty < 3; ) {
        const claimed = await claim({ limit: 7, after: randomUUID() });
        taken.push(...ids(claimed));
        empty = claimed.length > 0 ? 0 : empty + 1;
      }
    };
    await Promise.all(Array.from({ length: 40 }, claimer));
    while (taken.length < 2_000) {
      const rest = await claim({ limit: 50 });
      expect(rest).not.toEqual([]);
      taken.push(...ids(rest));
    }
    expect(new Set(taken).size).toBe(2_000);
    expect(taken).toHaveLength(2_000);
    expect(await checkJobInvariants(db)).toEqual([]);
  }, 120_000);

  test('a batch never has more jobs that run than workers', async () => {
    const batch = await createBatch(5, 200);
    let most = 0;
    let done = 0;
    const claimer = async () => {
      while (done < 200) {
        const claimed = await claim({ limit: 4 });
        const [row] = await query<{ count: number }>(
          db,
          `select count(*)::integer as count from jobs where batch_id = '${batch}' and status = 'running'`,
        );
        most = Math.max(most, row?.count ?? 0);
        const ended = await jobEndings.complete(claimed.map(completion));
        done += ended.length;
        if (claimed.length === 0) await setTimeout(5);
      }
    };
    await Promise.all(Array.from({ length: 12 }, claimer));
    expect(done).toBe(200);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(5);
    expect(await checkJobInvariants(db)).toEqual([]);
  }, 120_000);

  test('nobody takes over what is held in a transaction before that ends', async () => {
    const id = await create();
    const [claimed] = await claim();
    if (!claimed) throw new Error('nothing was claimed');
    const events: string[] = [];
    let cancelled: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      expect(await createRepositories(tx).jobQueue.hold(claimed)).toBe(true);
      await query(tx, `update jobs set lease_expires_at = now() - interval '1 second'`);
      expect(await jobTakeovers.reclaimExpired()).toBe(0);
      cancelled = jobs.cancel(user.id, id).then(() => events.push('cancelled'));
      await setTimeout(100);
      events.push('written');
    });
    await cancelled;
    expect(events).toEqual(['written', 'cancelled']);
    expect(await jobQueue.hold(claimed)).toBe(false);
  });
});
