import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { exportRequest } from '../../src/jobs/requests/export.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { PART_BYTES } from '../../src/repositories/job-files.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import {
  createReceipt,
  createTranscript,
  createUser,
  importSample,
  importText,
} from '../helpers/factories.ts';
import { createExports } from './exporting.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { ask, attempt, exportMany, archiveOf } = createExports(db);

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const page = { limit: 1_000 };
const idOf = async (text: string, details = {}) =>
  (await importText(db, user.id, text, details)).transcript.id;
const outputs = () => query(db, `select name from job_files where kind = 'output'`);

/** What is said in a transcript, and what is known of it. */
async function contentOf(userId: string, id: string) {
  const transcript = await repositories.transcripts.getById(userId, id);
  const { data } = await repositories.segments.listByTranscript(userId, id, page);
  const { title, language, duration, metadata, chapters, channelName } = transcript ?? {};
  const segments = data.map(({ position, startMs, endMs, speaker, text, words }) => ({
    ...{ position, startMs, endMs, speaker, text, words },
  }));
  return { title, language, duration, metadata, chapters, channelName, segments };
}

describe('an export of many transcripts', () => {
  test('is imported elsewhere as the same library', async () => {
    const details = { metadata: { room: 'barn' }, channelName: 'Slow Machines' };
    const interview = (await importSample(db, user.id, details)).transcript.id;
    const talk = await idOf('Ada: Guten Tag.\nBen: Ja.', { title: 'Gespräch', language: 'de' });
    const { files } = await exportMany(user.id, {});
    expect([...files.keys()]).toEqual(['Interview.json', 'Gespräch.json', 'manifest.json']);
    const other = await createUser(repositories);
    for (const [id, name] of [
      [interview, 'Interview.json'],
      [talk, 'Gespräch.json'],
    ] as const) {
      const { transcript } = await importText(db, other.id, String(files.get(name)), {
        ...JSON.parse(String(files.get(name))).transcript,
      });
      expect(await contentOf(other.id, transcript.id)).toEqual(await contentOf(user.id, id));
    }
  });

  test('says in its manifest what is in it, and in its result how much', async () => {
    const { transcript } = await importSample(db, user.id);
    const { files, manifest, job, created, bytes } = await exportMany(user.id, { format: 'srt' });
    const file = files.get('Interview.srt') ?? Buffer.alloc(0);
    expect(file.toString()).toContain('Welcome to Slow Machines.');
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(manifest).toEqual({
      format: 'parley-archive',
      version: 1,
      options: { format: 'srt' },
      transcripts: [
        {
          id: transcript.id,
          title: 'Interview',
          revision: 1,
          file: 'Interview.srt',
          bytes: file.length,
          sha256,
        },
      ],
      leftOut: [],
    });
    const size = bytes.length;
    expect(job).toMatchObject({
      status: 'completed',
      result: { transcripts: 1, files: 1, leftOut: 0, bytes: size },
      createdFiles: [{ name: 'transcripts.zip', mediaType: 'application/zip', size }],
    });
    expect(await repositories.jobFiles.listByJob(user.id, job.id)).toMatchObject([
      { id: created.id, kind: 'output', size },
    ]);
  });

  test('is the same bytes for the same library', async () => {
    await importSample(db, user.id);
    await idOf('Ada: Hello.', { title: 'Hello' });
    const first = await exportMany(user.id, { format: 'md' });
    const second = await exportMany(user.id, { format: 'md' });
    expect(first.bytes.equals(second.bytes)).toBe(true);
  });

  test('is of those transcripts that its scope has something of', async () => {
    const interview = (await importSample(db, user.id)).transcript.id;
    const talk = await idOf('Ada: Hello.', { title: 'Talk', metadata: { room: 'barn' } });
    const exported = async (body: object) =>
      (await exportMany(user.id, body)).manifest.transcripts.map(({ id }) => id);
    expect(await exported({ scope: { speakers: ['Maren Tolliver'] } })).toEqual([interview]);
    expect(
      await exported({ scope: { metadata: { key: 'room', op: 'eq', value: 'barn' } } }),
    ).toEqual([talk]);
    const range = { transcriptId: interview.toUpperCase(), startMs: 0, endMs: 1 };
    expect(await exported({ scope: { timeRanges: [range] } })).toEqual([interview]);
    expect(await exported({ scope: { transcriptIds: [talk] } })).toEqual([talk]);
    expect(await exported({ transcriptIds: [talk, interview.toUpperCase(), talk] })).toEqual([
      talk,
      interview,
    ]);
    expect(await exported({ scope: { publishedAfter: '2020-01-01T00:00:00Z' } })).toEqual([]);
  });

  test('takes thousands of ids, which its parameters do not list', async () => {
    const ids = await query<{ id: string }>(
      db,
      `insert into transcripts (user_id) select '${user.id}' from generate_series(1, 250) returning id`,
    );
    const said = await idOf('Ada: Hello.', { title: 'Talk' });
    const { manifest, job } = await exportMany(user.id, {
      transcriptIds: [...ids.map(({ id }) => id), said],
    });
    const inputHash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(job.parameters).toEqual({ transcriptCount: 251, format: 'json', inputHash });
    // The others have no revision.
    expect(manifest.transcripts.map(({ id }) => id)).toEqual([said]);
    expect(await repositories.jobFiles.listByJob(user.id, job.id)).toHaveLength(1);
  });

  test('leaves out what its format cannot carry, and says so', async () => {
    await importSample(db, user.id);
    const timeless = await idOf('Ada: Hello.', { title: 'Talk' });
    const { manifest, files, job } = await exportMany(user.id, { format: 'vtt' });
    expect([...files.keys()]).toEqual(['Interview.vtt', 'manifest.json']);
    expect(manifest.leftOut).toMatchObject([{ id: timeless, code: 'not_acceptable' }]);
    expect(job.result).toMatchObject({ transcripts: 2, files: 1, leftOut: 1 });
    await repositories.transcripts.delete(user.id, timeless);
    expect(await outputs()).toEqual([]);
  });

  test('gives every file a name that every system takes, once', async () => {
    const titles = ['../../etc/passwd', 'Manifest', 'CON', 'Talk', 'TALK', 'a\\b:c', '…', ' . '];
    const ids: string[] = [];
    for (const [index, title] of titles.entries()) {
      ids.push(await idOf(`Ada: Number ${index}.`, { title }));
    }
    ids.push(await idOf('Ada: No title.'));
    const { files, manifest } = await exportMany(user.id, { format: 'json' });
    expect(manifest.transcripts.map(({ file }) => file)).toEqual([
      'etc-passwd.json',
      `Manifest (${ids[1]}).json`,
      '_CON.json',
      'Talk.json',
      `TALK (${ids[4]}).json`,
      'a-b-c.json',
      '….json',
      `${ids[7]}.json`,
      `${ids[8]}.json`,
    ]);
    expect([...files.keys()]).toEqual([
      ...manifest.transcripts.map(({ file }) => file),
      'manifest.json',
    ]);
  });

  test('is stored in parts of one length, however long its files are', async () => {
    const { id: transcriptId } = await createTranscript(repositories, user.id);
    const revision = await repositories.transcriptRevisions.create(user.id, {
      ...{ transcriptId, number: 1, format: 'segments', trackKind: 'unknown', madeBy: 'import' },
      ...{ language: null, contentHash: 'hash', receipt: createReceipt(), provenance: null },
    });
    // What does not get shorter: hashes in base64.
    const said = (index: number) =>
      Array.from({ length: 100 }, (_, place) =>
        createHash('sha512').update(`${index} ${place}`).digest('base64'),
      ).join(' ');
    const segment = { startMs: null, endMs: null, speaker: null, words: null, confidence: null };
    await repositories.segments.createMany(
      user.id,
      revision.id,
      Array.from({ length: 250 }, (_, index) => ({ ...segment, text: said(index) })),
    );
    await repositories.transcripts.update(user.id, transcriptId, {
      currentRevisionId: revision.id,
      status: 'ready',
    });
    const { files, bytes } = await exportMany(user.id, { format: 'json' });
    expect(bytes.length).toBeGreaterThan(5 * PART_BYTES);
    const text = JSON.parse(String(files.get('A transcript.json')));
    expect(text.segments).toHaveLength(250);
    expect(text.segments[249].text).toBe(said(249));
    const parts = await query<{ length: number }>(
      db,
      'select length(bytes) as length from job_file_parts order by position',
    );
    expect(new Set(parts.slice(0, -1).map(({ length }) => length))).toEqual(new Set([PART_BYTES]));
  });

  test('that would be too large fails for good, and leaves nothing', async () => {
    await importSample(db, user.id);
    const id = await ask(user.id, {});
    await attempt(repositories, 1_000);
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
      status: 'failed',
      errorCode: 'export_too_large',
      createdFiles: [],
    });
    expect(await outputs()).toEqual([]);
  });
});

describe('asking for an export', () => {
  const refusal = (body: object) => ask(user.id, body).catch((error) => error);

  test('of what is not one’s own finds nothing', async () => {
    const other = await createUser(repositories);
    const { id } = await createTranscript(repositories, other.id);
    const mine = await createTranscript(repositories, user.id);
    for (const body of [
      { transcriptIds: [mine.id, id] },
      { scope: { transcriptIds: [id] } },
      { scope: { timeRanges: [{ transcriptId: id, startMs: 0, endMs: 1 }] } },
    ]) {
      expect(await refusal(body)).toMatchObject({ code: 'not_found' });
    }
    expect(await query(db, 'select from jobs')).toEqual([]);
  });

  test('many at once ask once whose the transcripts are', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => createTranscript(repositories, user.id)));
    const asked: string[][] = [];
    const transcripts: typeof repositories.transcripts = {
      ...repositories.transcripts,
      getOwnedIds(userId, some) {
        asked.push(some);
        return repositories.transcripts.getOwnedIds(userId, some);
      },
    };
    const scopes = ids.map(({ id }) => ({ scope: { transcriptIds: [id.toUpperCase()] } }));
    const range = { transcriptId: ids[0]?.id, startMs: 0, endMs: 1 };
    const bodies = [...scopes, { scope: { timeRanges: [range] } }, { format: 'srt' }];
    const accepted = await exportRequest.accept({ ...repositories, transcripts }, user.id, bodies);
    expect(accepted.map(({ parameters }) => parameters?.scope)).toEqual([
      ...ids.map(({ id }) => ({ transcriptIds: [id] })),
      ...[{ timeRanges: [range] }, {}],
    ]);
    expect(asked).toEqual([ids.map(({ id }) => id)]);
  });

  test('with options that do not fit together says where', async () => {
    const { id } = await createTranscript(repositories, user.id);
    expect(await refusal({ format: 'srt', wordTimes: true })).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: '/wordTimes', message: 'is for vtt only' }],
    });
    expect(await refusal({ scope: {}, transcriptIds: [id] })).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: '/transcriptIds', message: 'cannot be together with scope' }],
    });
  });
});

describe('a transcript that is deleted', () => {
  test('takes every archive that tells of it along', async () => {
    const { transcript } = await importSample(db, user.id);
    const kept = await idOf('Ada: Hello.', { title: 'Talk' });
    const both = await exportMany(user.id, {});
    const one = await exportMany(user.id, { transcriptIds: [kept] });
    await repositories.transcripts.delete(user.id, transcript.id);
    expect(await repositories.jobs.getById(user.id, both.id)).toMatchObject({ createdFiles: [] });
    expect(await query(db, 'select distinct file_id as id from job_file_parts')).toEqual([
      { id: one.created.id },
    ]);
    expect((await archiveOf(user.id, one.id)).manifest.transcripts).toHaveLength(1);
  });

  test('while it is exported is in no archive, and the export is made again', async () => {
    const { transcript } = await importSample(db, user.id);
    const kept = await idOf('Ada: Hello.', { title: 'Talk' });
    const id = await ask(user.id, {});
    const through = createRepositories(db);
    const { getCurrent } = through.transcriptRevisions;
    through.transcriptRevisions.getCurrent = async (userId, which) => {
      // The first has been read.
      if (which === kept) await repositories.transcripts.delete(user.id, transcript.id);
      return getCurrent(userId, which);
    };
    await attempt(through);
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
      status: 'queued',
      errorCode: 'transcript_deleted',
    });
    expect(await query(db, 'select from job_file_parts')).toEqual([]);
    await attempt();
    const { manifest, files } = await archiveOf(user.id, id);
    expect(manifest.transcripts.map(({ id: which }) => which)).toEqual([kept]);
    expect([...files.keys()]).toEqual(['Talk.json', 'manifest.json']);
  });

  test('in the moment in which its export completes is in no list of files', async () => {
    const { transcript } = await importSample(db, user.id);
    const id = await ask(user.id, {});
    const through = createRepositories(db);
    const { complete } = through.jobEndings;
    through.jobEndings.complete = async (completions) => {
      await repositories.transcripts.delete(user.id, transcript.id);
      return complete(completions);
    };
    await attempt(through);
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
      status: 'completed',
      createdFiles: [],
    });
    expect(await outputs()).toEqual([]);
  });
});

test('an attempt whose process is gone leaves nothing that the next one keeps', async () => {
  await importSample(db, user.id);
  const talk = await idOf('Ada: Hello.', { title: 'Talk' });
  const id = await ask(user.id, {});
  const through = createRepositories(db);
  const { getCurrent } = through.transcriptRevisions;
  let attempts = 0;
  through.transcriptRevisions.getCurrent = async (userId, which) => {
    if (which === talk) {
      attempts += 1;
      if (attempts === 1) await repositories.jobTakeovers.reclaimExpired(true);
    }
    return getCurrent(userId, which);
  };
  await attempt(through);
  expect(attempts).toBe(2);
  const { job, files } = await archiveOf(user.id, id);
  expect(job).toMatchObject({ status: 'completed', attempt: 2, crashCount: 1 });
  expect([...files.keys()]).toEqual(['Interview.json', 'Talk.json', 'manifest.json']);
  expect(await outputs()).toHaveLength(1);
});
