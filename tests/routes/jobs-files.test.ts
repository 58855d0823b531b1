import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { PART_BYTES } from '../../src/repositories/job-files.ts';
import type { Job } from '../../src/schemas/jobs.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';

const { app, client, db, repositories } = await buildTestApp();
const { jobs, jobFiles } = repositories;
const ada = await client.register();
const bob = await client.register();
const address = await app.listen({ port: 0 });

async function createFile(bytes: Uint8Array, values = {}) {
  const { job } = await jobs.create(ada.user.id, { type: 'embed' });
  const named = { name: 'library.zip', mediaType: 'application/zip', kind: 'output' as const };
  const file = await jobFiles.create(ada.user.id, { jobId: job.id, ...named, ...values });
  await jobFiles.append(ada.user.id, file.id, bytes);
  return { ...file, jobId: job.id, url: `/v1/jobs/${job.id}/files/${file.id}` };
}
const open = (url: string) => fetch(address + url, { headers: ada.credentials });

test('a file comes as it was made, to be saved under its name', async () => {
  const bytes = randomBytes(2 * PART_BYTES + 7);
  const { url } = await createFile(bytes);
  const response = await open(url);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/zip',
    'content-length': String(bytes.length),
    'content-disposition': `attachment; filename="library.zip"; filename*=UTF-8''library.zip`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
});

test('an empty file is one too', async () => {
  const { url } = await createFile(new Uint8Array());
  const response = await open(url);
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test.each([
  ['../../etc/pass"wd.zip', `filename="etc-pass-wd.zip"`],
  ['Mühle 🎡.srt', `filename*=UTF-8''M%C3%BChle%20%F0%9F%8E%A1.srt`],
  ['noending', `filename="noending.bin"`],
  ['two\r\nlines: x.txt', `filename="two lines- x.txt"`],
])('the name %j is made safe', async (name, expected) => {
  const { url } = await createFile(randomBytes(1), { name });
  expect((await open(url)).headers.get('content-disposition')).toContain(expected);
});

test('a file that is deleted on the way breaks off, and does not look whole', async () => {
  const { id, url } = await createFile(randomBytes(64 * PART_BYTES));
  const reader = (await open(url)).body?.getReader();
  await reader?.read();
  await jobFiles.delete(ada.user.id, id);
  await expect(async () => {
    while (!(await reader?.read())?.done);
  }).rejects.toThrow('terminated');
});

test('a file that is deleted before its first byte is not there', async () => {
  const { id, url } = await createFile(randomBytes(2 * PART_BYTES));
  const { getById } = jobFiles;
  jobFiles.getById = async (...owned) => {
    const found = await getById(...owned);
    await jobFiles.delete(ada.user.id, id);
    return found;
  };
  const response = await open(url).finally(() => {
    jobFiles.getById = getById;
  });
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(response.headers.get('content-disposition')).toBeNull();
});

test('what a job reads, and what is another one’s or of another job, is not there', async () => {
  const { id, url } = await createFile(randomBytes(1));
  const { job } = await jobs.create(ada.user.id, { type: 'embed' });
  const input = await createFile(randomBytes(1), { kind: 'input' });
  expect((await bob.request('GET', url)).status).toBe(404);
  expect((await ada.request('GET', input.url)).status).toBe(404);
  expect((await ada.request('GET', `/v1/jobs/${job.id}/files/${id}`)).status).toBe(404);
  expect(
    (
      await ada.request(
        'GET',
        url.toUpperCase().replace(/V1.JOBS|FILES/g, (s) => s.toLowerCase()),
      )
    ).status,
  ).toBe(200);
});

test('a file that is gone is no longer listed', async () => {
  const { id, jobId, url, name, mediaType } = await createFile(randomBytes(3));
  const listed = [{ id, name, mediaType, size: 3 }];
  await query(
    db,
    `update jobs set created_files = '${JSON.stringify(listed)}' where id = '${jobId}'`,
  );
  const read = async () => (await ada.request<Job>('GET', `/v1/jobs/${jobId}`)).body.createdFiles;
  expect(await read()).toEqual(listed);
  await jobFiles.delete(ada.user.id, id);
  expect(await read()).toEqual([]);
  expect((await ada.request('GET', url)).status).toBe(404);
});
