import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { sendsJson } from '../helpers/source-server.ts';
import { captionsAsAsked, captionsFrom, player, playYoutube, VIDEO } from '../helpers/youtube.ts';
import { buildImportingApp } from './importing.ts';

const youtube = await playYoutube();
const app = await buildImportingApp({}, { captions: captionsFrom(youtube) });
const { db, repositories, add, getJob, library, run, runs } = app;
const url = `https://youtu.be/${VIDEO}`;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  youtube.player = sendsJson(player.ok(youtube.origin, [{ language: 'en' }]));
  youtube.captions = captionsAsAsked;
});

const transcripts = async () =>
  (await repositories.transcripts.listByUser(user.id, { limit: 9 })).data;

describe('a job of a video', () => {
  test('imports its captions, with what is known of it', async () => {
    const [job] = await add(user.id, 'youtube', { url, languages: ['en'], metadata: { a: 1 } });
    expect(await run()).toBe(1);
    const [transcript] = await transcripts();
    expect(transcript).toMatchObject({
      youtubeVideoId: VIDEO,
      title: 'Grinding by the Moon',
      channelName: 'Mills & Millers',
      duration: 61,
      metadata: { a: 1 },
    });
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      transcriptId: transcript?.id,
      result: { transcriptId: transcript?.id, created: true, receipt: { segments: 2 } },
    });
    expect(await query(db, 'select text from segments order by position')).toEqual([
      { text: 'The tide turns the wheel.' },
      { text: 'And the wheel turns the stone.' },
    ]);
    expect(await query(db, 'select made_by from transcript_revisions')).toEqual([
      { made_by: 'fetch' },
    ]);
  });

  test('is not fetched again once an earlier attempt has stored it', async () => {
    const [job] = await add(user.id, 'youtube', { url });
    await app.crashAfter('youtube');
    const before = await library();
    youtube.player = sendsJson(player.refusing('ERROR', 'Video unavailable'));
    await run();
    expect(await library()).toEqual(before);
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      result: { created: true, receipt: { segments: 2 } },
    });
  });

  test('again is the transcript that is there', async () => {
    await add(user.id, 'youtube', { url });
    const [, again] = await add(user.id, 'youtube', { url }, { url });
    expect(await run()).toBe(3);
    expect(await transcripts()).toHaveLength(1);
    expect(await getJob(user.id, again?.id)).toMatchObject({ result: { created: false } });
  });

  test.each([
    ['is not there', player.refusing('ERROR', 'Video unavailable'), 'video_unavailable'],
    ['is private', player.refusing('LOGIN_REQUIRED', 'This video is private.'), 'video_private'],
    ['has no captions', player.ok(youtube.origin, []), 'captions_unavailable'],
  ])('that %s fails for good', async (_, answer, code) => {
    youtube.player = sendsJson(answer);
    const [job] = await add(user.id, 'youtube', { url });
    await run();
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'failed',
      retryCount: 0,
      errorCode: code,
    });
    expect(await runs(job?.id)).toMatchObject([{ outcome: 'failed', error: { permanent: true } }]);
  });

  test('that the source refuses for now is tried again', async () => {
    youtube.player = sendsJson({}, 429);
    const [job] = await add(user.id, 'youtube', { url });
    await run();
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'queued',
      retryCount: 1,
      errorCode: 'source_blocked',
    });
    youtube.player = sendsJson(player.ok(youtube.origin, [{ language: 'en' }]));
    await query(db, 'update jobs set run_after = now()');
    await run();
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'completed', errorCode: null });
  });

  test('that was cancelled on the way leaves nothing', async () => {
    const [job] = await add(user.id, 'youtube', { url });
    app.meanwhile(() => repositories.jobs.cancel(user.id, job?.id ?? ''));
    await run();
    expect(await library()).toMatchObject({ transcripts: 0, segments: 0 });
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'cancelled' });
  });
});

test.each([
  ['another page', 'https://example.org/mill.srt'],
  ['a playlist', 'https://www.youtube.com/playlist?list=PL0123456789'],
  ['no link', 'not a link'],
])('%s is no job of a video', async (_, given) => {
  await expect(add(user.id, 'youtube', { url: given })).rejects.toMatchObject({
    code: 'validation_failed',
    errors: [{ path: '/url' }],
  });
});
