import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createReceipt, createTranscript, importSample } from '../helpers/factories.ts';

const { app, client, db, repositories } = await buildTestApp();
const ada = await client.register();
const address = await app.listen({ port: 0 });

/** 84 MB: twice what the buffers between the database and a reader may grow to (Linux: 32 MiB of them TCP's). */
const SEGMENTS = 10_000;
const TEXT = 'So it was said, and so it is written. '.repeat(220).trim();

let pages = 0;
/** Pages that are being read. */
let underWay = 0;
const { listByRevision } = repositories.segments;
repositories.segments.listByRevision = (...args) => {
  pages += 1;
  underWay += 1;
  return listByRevision(...args).finally(() => {
    underWay -= 1;
  });
};
beforeEach(() => {
  pages = 0;
});

async function createLong() {
  const { id: userId } = ada.user;
  const { id } = await createTranscript(repositories, userId);
  const revision = await repositories.transcriptRevisions.create(userId, {
    transcriptId: id,
    number: 1,
    format: 'srt',
    language: null,
    contentHash: id,
    receipt: createReceipt({ segments: SEGMENTS }),
  });
  const segments = Array.from({ length: SEGMENTS }, (_, index) => ({
    startMs: index,
    endMs: index + 1,
    speaker: null,
    text: TEXT,
    words: null,
    confidence: null,
  }));
  await repositories.segments.createMany(userId, revision.id, segments);
  await repositories.transcripts.update(userId, id, { currentRevisionId: revision.id });
  return { id, url: `${address}/v1/transcripts/${id}/export?format=csv` };
}

async function open(url: string, signal?: AbortSignal) {
  const response = await fetch(url, { headers: ada.credentials, ...(signal ? { signal } : {}) });
  expect(response.status).toBe(200);
  if (!response.body) throw new Error('no body');
  return response.body.getReader();
}

/** Waits until no more pages are read, and says how many there were. */
async function pagesInTheEnd(): Promise<number> {
  for (let before = -1; before !== pages; await setTimeout(200)) before = pages;
  return pages;
}

test('a file comes as a whole, and is read from the database only as fast as it is taken', async () => {
  const { id, url } = await createLong();
  const reader = await open(url);
  let bytes = (await reader.read()).value?.length ?? 0;
  const begun = await pagesInTheEnd();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length;
  }
  expect(pages).toBeGreaterThan(begun);
  expect(bytes).toBeGreaterThan(SEGMENTS * TEXT.length);
  await repositories.transcripts.delete(ada.user.id, id);
});

test('a file that cannot be written to its end breaks off, and does not look whole', async () => {
  const { id, url } = await createLong();
  const reader = await open(url);
  await reader.read();
  await pagesInTheEnd();
  await repositories.transcripts.delete(ada.user.id, id);
  await expect(async () => {
    while (!(await reader.read()).done);
  }).rejects.toThrow('terminated');
});

test('for a reader that leaves nothing more is read', async () => {
  const { id, url } = await createLong();
  const leaving = new AbortController();
  const left = Promise.withResolvers<void>();
  app.server.once('request', (_, response) => response.once('close', left.resolve));
  const reader = await open(url, leaving.signal);
  await reader.read();
  leaving.abort();
  // On a slow way a page takes longer than anybody looks.
  await left.promise;
  await expect.poll(() => underWay).toBe(0);
  const read = pages;
  await setTimeout(300);
  expect(pages).toBe(read);
  pages = 0;
  const all = await open(url);
  while (!(await all.read()).done);
  expect(read).toBeLessThan(pages);
  await repositories.transcripts.delete(ada.user.id, id);
});

test('what fails before the first byte is a problem, and no file', async () => {
  const { transcript } = await importSample(db, ada.user.id);
  await query(db, 'alter table segments rename to gone');
  const url = `/v1/transcripts/${transcript.id}/export`;
  const answer = await ada.request('GET', url);
  await query(db, 'alter table gone rename to segments');
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  expect(answer.headers).not.toHaveProperty('content-disposition');
  expect((await ada.request('GET', url)).status).toBe(200);
});
