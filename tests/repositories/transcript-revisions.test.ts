import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { TranscriptSummary } from '../../src/repositories/transcripts.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createReceipt, createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { transcriptRevisions, transcripts } = repositories;
const receipt = createReceipt({
  segments: 2,
  words: 9,
  durationMs: 1_500,
  speakers: ['Ann'],
  warnings: [{ code: 'overlapping', message: 'Two cues overlap', count: 1, line: 4 }],
});

let user: User;
let transcript: TranscriptSummary;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  transcript = await createTranscript(repositories, user.id);
});

const create = (number: number, contentHash = `hash ${number}`, transcriptId = transcript.id) =>
  transcriptRevisions.create(user.id, {
    transcriptId,
    number,
    format: 'srt',
    language: 'en',
    contentHash,
    receipt,
  });

test('a revision keeps its receipt', async () => {
  const revision = await create(1);
  expect(revision).toMatchObject({ number: 1, format: 'srt', language: 'en', receipt });
  expect(revision.trackKind).toBe('unknown');
});

test('the current revision is the one that the transcript points at', async () => {
  expect(await transcriptRevisions.getCurrent(user.id, transcript.id)).toBeUndefined();
  const first = await create(1);
  await create(2);
  await transcripts.update(user.id, transcript.id, { currentRevisionId: first.id });
  expect(await transcriptRevisions.getCurrent(user.id, transcript.id)).toEqual(first);
});

test('a revision is found by its number in its transcript', async () => {
  await create(1);
  const second = await create(2);
  const elsewhere = await createTranscript(repositories, user.id);
  await create(3, 'elsewhere', elsewhere.id);
  expect(await transcriptRevisions.getByNumber(user.id, transcript.id, 2)).toEqual(second);
  expect(await transcriptRevisions.getByNumber(user.id, transcript.id, 3)).toBeUndefined();
});

test('a revision keeps what a file says about the one that it came from', async () => {
  const provenance = { number: 7, format: 'vtt', trackKind: 'asr' } as const;
  const values = { format: 'segments', language: null, contentHash: 'x', receipt } as const;
  const revision = await transcriptRevisions.create(user.id, {
    transcriptId: transcript.id,
    number: 1,
    ...values,
    trackKind: 'asr',
    provenance,
  });
  expect(revision).toMatchObject({ trackKind: 'asr', provenance });
});

describe('content that a user imported', () => {
  test('is found by its hash, in first revisions alone', async () => {
    const first = await create(1, 'imported');
    await create(2, 'corrected');
    expect(await transcriptRevisions.getImported(user.id, 'imported')).toEqual(first);
    expect(await transcriptRevisions.getImported(user.id, 'corrected')).toBeUndefined();
    expect(await transcriptRevisions.getImported(user.id, 'unknown')).toBeUndefined();
  });

  test('cannot be the first revision of two transcripts', async () => {
    await create(1, 'same');
    const second = await createTranscript(repositories, user.id);
    await expect(create(1, 'same', second.id)).rejects.toMatchObject({ code: 'conflict' });
    await create(2, 'same', second.id);
  });
});

test('two revisions of a transcript cannot have one number', async () => {
  await create(1, 'a');
  await expect(create(1, 'b')).rejects.toMatchObject({ cause: { code: '23505' } });
});

test('a list is ordered by number', async () => {
  const third = await create(3);
  const first = await create(1);
  const elsewhere = await createTranscript(repositories, user.id);
  await create(1, 'elsewhere', elsewhere.id);
  const page = await transcriptRevisions.listByTranscript(user.id, transcript.id, { limit: 10 });
  expect(page).toEqual({ data: [first, third], nextCursor: null });
});
