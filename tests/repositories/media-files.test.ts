import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { mediaFiles, transcriptionResults, jobs } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const create = (values: object = {}) =>
  mediaFiles.save(user.id, {
    ...{ id: randomUUID(), fileName: 'Talk', downloadStatus: 'completed' as const },
    ...values,
  });

describe('recordings', () => {
  test('that are saved again are changed, and never another user’s', async () => {
    const file = await create();
    expect(await mediaFiles.save(user.id, { id: file.id, fileName: 'New' })).toMatchObject({
      ...{ id: file.id, fileName: 'New', filePath: `${user.id}/${file.id}` },
      downloadStatus: 'completed',
    });
    const other = await createUser(repositories);
    await expect(mediaFiles.save(other.id, { id: file.id, fileName: 'Mine' })).rejects.toThrow();
    expect(await mediaFiles.getById(user.id, file.id)).toMatchObject({ fileName: 'New' });
  });

  test('go with what they were made of, and their paths are told', async () => {
    const source = await create();
    const made = await create({ sourceFileId: source.id });
    const again = await create({ sourceFileId: made.id });
    const other = await create();
    expect((await mediaFiles.getProcessed(user.id, source.id))?.id).toBe(made.id);
    const paths = [source, made, again].map(({ filePath }) => filePath).toSorted();
    expect((await mediaFiles.delete(user.id, source.id)).toSorted()).toEqual(paths);
    expect(await mediaFiles.listStored([...paths, other.filePath])).toEqual([other.filePath]);
    expect(await mediaFiles.delete(user.id, source.id)).toEqual([]);
  });

  test('whose download nobody goes on with have failed', async () => {
    const { job } = await jobs.create(user.id, { type: 'download' });
    const waiting = await create({ id: job.id, downloadStatus: 'downloading' });
    const abandoned = await create({ downloadStatus: 'downloading' });
    expect(await mediaFiles.failAbandoned()).toBe(1);
    expect(await mediaFiles.getById(user.id, waiting.id)).toMatchObject({
      downloadStatus: 'downloading',
    });
    expect(await mediaFiles.getById(user.id, abandoned.id)).toMatchObject({
      ...{ downloadStatus: 'failed', downloadError: 'The download was given up.' },
    });
  });
});

describe('results of a client that knows the first pipeline alone', () => {
  test('are stored without the new columns, and read as they were written', async () => {
    const file = await create();
    const written = {
      version: 'v1',
      textContent: 'The mill grinds.',
      enhancedContent: 'The mill grinds!',
      segments: [{ start: 0, end: 1, text: 'The mill grinds.' }],
      rawContent: { text: 'The mill grinds.' },
      accuracy: 0.97,
      processingTimeSeconds: 1.5,
      qualityWarnings: ['gap'],
    };
    const result = await transcriptionResults.create(user.id, { mediaFileId: file.id, ...written });
    const read = await transcriptionResults.getById(user.id, result.id);
    expect(read).toMatchObject(written);
    expect(read).toMatchObject({
      ...{ pipelineVersion: null, diarizationContent: null, domainUsed: null, speakerCount: null },
      ...{ mergedContent: null, accuracyEstimate: null, qualityWarningsV2: null },
      ...{ enhancedContentV2: null, processingMetadata: null },
    });
    const updated = await transcriptionResults.update(user.id, result.id, { accuracy: 0.5 });
    expect(updated).toMatchObject({ ...written, accuracy: 0.5 });
  });

  test('are listed for a recording, the newest first, page by page', async () => {
    const file = await create();
    const ids: string[] = [];
    for (const textContent of ['a', 'b', 'c']) {
      const values = { mediaFileId: file.id, textContent };
      ids.unshift((await transcriptionResults.create(user.id, values)).id);
    }
    const list = (cursor?: string) =>
      transcriptionResults.listByMediaFile(user.id, file.id, { limit: 2, cursor });
    const first = await list();
    const second = await list(first.nextCursor ?? undefined);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });

  test('of a recording that is not there are refused', async () => {
    const missing = transcriptionResults.create(user.id, { mediaFileId: randomUUID() });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a result', () => {
  /** A transcript whose first revision was made of it. */
  async function made(resultId: string): Promise<string> {
    const { id } = await createTranscript(repositories, user.id);
    await query(
      db,
      `insert into transcript_revisions
         (user_id, transcript_id, number, format, content_hash, receipt, transcription_result_id)
       values ('${user.id}', '${id}', 1, 'openai', '${id}', '{}', '${resultId}')`,
    );
    return id;
  }
  const isKept = async (id: string) =>
    (await transcriptionResults.getById(user.id, id)) !== undefined;

  test('goes with the last revision that was made of it, and leaves the recording', async () => {
    const file = await create();
    const values = { mediaFileId: file.id, textContent: 'The mill grinds.' };
    const { id } = await transcriptionResults.create(user.id, values);
    const other = await transcriptionResults.create(user.id, values);
    const first = await made(id);
    const second = await made(id);
    await made(other.id);
    expect(await repositories.transcripts.delete(user.id, first)).toBe(true);
    expect(await isKept(id)).toBe(true);
    expect(await repositories.transcripts.delete(user.id, second)).toBe(true);
    expect(await isKept(id)).toBe(false);
    expect(await isKept(other.id)).toBe(true);
    expect(await mediaFiles.getById(user.id, file.id)).toMatchObject({ id: file.id });
  });

  test('goes with its recording, and leaves the transcript', async () => {
    const file = await create();
    const { id } = await transcriptionResults.create(user.id, { mediaFileId: file.id });
    const transcriptId = await made(id);
    await mediaFiles.delete(user.id, file.id);
    expect(await isKept(id)).toBe(false);
    expect(
      await query(
        db,
        `select transcript_id, transcription_result_id from transcript_revisions
         where user_id = '${user.id}'`,
      ),
    ).toEqual([{ transcript_id: transcriptId, transcription_result_id: null }]);
  });

  test('goes with the account', async () => {
    const { id } = await transcriptionResults.create(user.id, { mediaFileId: (await create()).id });
    await made(id);
    await query(db, `delete from users where id = '${user.id}'`);
    expect(await query(db, 'select from transcription_results')).toEqual([]);
  });
});

test('a piece is kept once, and behind those before it', async () => {
  const file = await create();
  const { id } = await transcriptionResults.create(user.id, { mediaFileId: file.id });
  const add = (index: number, text: string) =>
    transcriptionResults.addPiece(user.id, id, index, { text });
  expect(await add(0, 'a')).toBe(true);
  expect(await add(0, 'again')).toBe(true);
  expect(await add(1, 'b')).toBe(true);
  expect((await transcriptionResults.getById(user.id, id))?.rawContent).toEqual({
    pieces: [{ text: 'a' }, { text: 'b' }],
  });
  expect(await transcriptionResults.addPiece(user.id, randomUUID(), 0, {})).toBe(false);
});
