import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { PART_BYTES } from '../../src/repositories/job-files.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { jobFiles } = repositories;

let user: User;
let jobId: string;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  jobId = (await repositories.jobs.create(user.id, { type: 'export' })).job.id;
});

const createFile = (kind: 'input' | 'output' = 'output') =>
  jobFiles.create(user.id, {
    jobId,
    kind,
    name: 'file.bin',
    mediaType: 'application/octet-stream',
  });

async function readAll(fileId: string, userId = user.id): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of jobFiles.read(userId, fileId)) parts.push(part);
  return Buffer.concat(parts);
}

const positions = (fileId: string) =>
  query<{ position: number; length: number }>(
    db,
    `select position, length(bytes) as length from job_file_parts
     where file_id = '${fileId}' order by position`,
  );

/** Bytes of every value, in an order that does not repeat with the parts. */
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) % 256);

describe('the bytes of a file', () => {
  test('come back as they were added, whatever their lengths', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lengths, async (added) => {
        const file = await createFile();
        const runs = added.map(bytesOf);
        for (const run of runs) expect(await jobFiles.append(user.id, file.id, run)).toBe(true);
        expect(await readAll(file.id)).toEqual(Buffer.concat(runs));
        const size = added.reduce((sum, length) => sum + length, 0);
        expect(await jobFiles.getById(user.id, file.id)).toMatchObject({ size });
      }),
      { numRuns: 20 },
    );
  });

  test('are cut into parts that a reader can hold, without gaps', async () => {
    const file = await createFile();
    // Part of a larger buffer, as a stream gives it.
    const bytes = bytesOf(5 * PART_BYTES + 3).subarray(2);
    await jobFiles.append(user.id, file.id, bytes);
    await jobFiles.append(user.id, file.id, bytesOf(9));
    expect(await positions(file.id)).toEqual([
      ...[0, 1, 2, 3, 4].map((position) => ({ position, length: PART_BYTES })),
      { position: 5, length: 1 },
      { position: 6, length: 9 },
    ]);
    const read = await readAll(file.id);
    expect(read.equals(Buffer.concat([bytes, bytesOf(9)]))).toBe(true);
  });

  test('are nobody else’s', async () => {
    const file = await createFile();
    await jobFiles.append(user.id, file.id, bytesOf(9));
    const other = await createUser(repositories);
    expect(await readAll(file.id, other.id)).toEqual(Buffer.alloc(0));
    expect(await jobFiles.append(other.id, file.id, bytesOf(9))).toBe(false);
    expect(await jobFiles.getById(user.id, file.id)).toMatchObject({ size: 9 });
  });

  test('are not half of them when the file is deleted meanwhile', async () => {
    const file = await createFile();
    await jobFiles.append(user.id, file.id, bytesOf(PART_BYTES + 1));
    const reader = jobFiles.read(user.id, file.id);
    expect((await reader.next()).value).toHaveLength(PART_BYTES);
    await jobFiles.delete(user.id, file.id);
    await expect(reader.next()).rejects.toThrow('was deleted while it was read');
  });

  test('end where the file ended when its reader began', async () => {
    const file = await createFile();
    await jobFiles.append(user.id, file.id, bytesOf(9));
    const reader = jobFiles.read(user.id, file.id);
    await reader.next();
    await jobFiles.append(user.id, file.id, bytesOf(9));
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a file that tells of transcripts', () => {
  test('goes with any of them, and from the list of its job', async () => {
    const kept = await createTranscript(repositories, user.id);
    const deleted = await createTranscript(repositories, user.id);
    const [file, another] = [await createFile(), await createFile()];
    await jobFiles.append(user.id, file.id, bytesOf(9));
    expect(await jobFiles.linkTranscripts(user.id, file.id, [deleted.id, kept.id])).toEqual([
      deleted.id,
      kept.id,
    ]);
    await jobFiles.linkTranscripts(user.id, another.id, [kept.id]);
    const listed = [file, another].map(({ id }) => ({ id }));
    await query(db, `update jobs set created_files = '${JSON.stringify(listed)}'`);
    await repositories.transcripts.delete(user.id, deleted.id);
    expect(await jobFiles.listByJob(user.id, jobId)).toMatchObject([{ id: another.id }]);
    expect(await positions(file.id)).toEqual([]);
    expect(await repositories.jobs.getById(user.id, jobId)).toMatchObject({
      createdFiles: [{ id: another.id }],
    });
  });

  test('is linked to those alone that the user still has, as often as one likes', async () => {
    const mine = await createTranscript(repositories, user.id);
    const gone = await createTranscript(repositories, user.id);
    await repositories.transcripts.delete(user.id, gone.id);
    const other = await createUser(repositories);
    const theirs = await createTranscript(repositories, other.id);
    const file = await createFile();
    for (let turn = 0; turn < 2; turn += 1) {
      const asked = [gone.id, mine.id, theirs.id, mine.id];
      expect(await jobFiles.linkTranscripts(user.id, file.id, asked)).toEqual([mine.id]);
    }
    expect(await jobFiles.linkTranscripts(other.id, file.id, [theirs.id])).toBeUndefined();
    expect(await query(db, 'select transcript_id as id from job_file_transcripts')).toEqual([
      { id: mine.id },
    ]);
  });
});

test('what an attempt has made is taken away, and what it reads is not', async () => {
  const input = await createFile('input');
  await createFile();
  await createFile();
  const { job } = await repositories.jobs.create(user.id, { type: 'export' });
  const elsewhere = await jobFiles.create(user.id, {
    ...{ jobId: job.id, kind: 'output', name: 'file.bin', mediaType: 'text/plain' },
  });
  expect(await jobFiles.deleteOutputs(user.id, jobId)).toBe(2);
  expect(await jobFiles.listByJob(user.id, jobId)).toEqual([input]);
  expect(await jobFiles.listByJob(user.id, job.id)).toEqual([elsewhere]);
});

describe.skipIf(!onPostgres)('at the same moment', () => {
  test('whoever adds to a file keeps its parts whole', async () => {
    const file = await createFile();
    const added = await Promise.all(
      Array.from({ length: 8 }, () => jobFiles.append(user.id, file.id, bytesOf(100))),
    );
    const done = added.filter(Boolean).length;
    expect(done).toBeGreaterThan(0);
    expect(await positions(file.id)).toEqual(
      Array.from({ length: done }, (_, position) => ({ position, length: 100 })),
    );
    expect(await jobFiles.getById(user.id, file.id)).toMatchObject({ size: 100 * done });
  });

  test('who holds a job does not wait for who deletes a transcript of its file', async () => {
    const transcript = await createTranscript(repositories, user.id);
    const file = await createFile();
    await jobFiles.linkTranscripts(user.id, file.id, [transcript.id]);
    const holding = Promise.withResolvers<void>();
    const deleting = Promise.withResolvers<void>();
    const attempt = db.transaction(async (tx) => {
      await query(tx, `select id from jobs where id = '${jobId}' for no key update`);
      holding.resolve();
      await deleting.promise;
      return createRepositories(tx).jobFiles.append(user.id, file.id, bytesOf(9));
    });
    await holding.promise;
    const deletion = db.transaction(async (tx) => {
      // The file is locked by now; what follows waits for the job.
      await query(tx, `select id from job_files where id = '${file.id}' for update`);
      deleting.resolve();
      return createRepositories(tx).transcripts.delete(user.id, transcript.id);
    });
    expect(await attempt).toBe(false);
    expect(await deletion).toBe(true);
    expect(await jobFiles.listByJob(user.id, jobId)).toEqual([]);
  });
});
