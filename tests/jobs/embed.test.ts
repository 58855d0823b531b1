import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { query } from '../helpers/database.ts';
import { createUser, importText } from '../helpers/factories.ts';
import { buildImportingApp } from './importing.ts';

const app = await buildImportingApp();
const { db, repositories, add, getJob, meanwhile, run } = app;

const said = (name: string) =>
  Array.from({ length: 60 }, (_, day) => `${name} says the mill stood still on day ${day}.`).join(
    ' ',
  );

let user: User;
let other: User;
let ada: string;
let bob: string;
beforeEach(async () => {
  await query(db, 'delete from users');
  [user, other] = [await createUser(repositories), await createUser(repositories)];
  ada = (await importText(db, user.id, said('Ada'))).transcript.id;
  bob = (await importText(db, user.id, said('Bob'))).transcript.id;
  await importText(db, other.id, said('Eve'));
});

type Vector = { transcript: string; text: string; vector: string };
const vectors = () =>
  query<Vector>(
    db,
    `select c.transcript_id as transcript, c.chunk_text as text, v.embedding::text as vector
     from vector_embeddings v join chunks c on c.id = v.chunk_id order by c.transcript_id, c.chunk_index`,
  );
const drop = (condition = 'true') => query(db, `delete from vector_embeddings where ${condition}`);
const ofTranscript = (id: string) =>
  `chunk_id in (select id from chunks where transcript_id = '${id}')`;
/** Vectors that nothing like the texts has. */
const spoil = () =>
  query(
    db,
    `update vector_embeddings set embedding = (select v.embedding from vector_embeddings v
    order by v.chunk_id limit 1)`,
  );

describe('an embedding job', () => {
  test('makes the vectors that are missing, as they were', async () => {
    const before = await vectors();
    await drop();
    const [job] = await add(user.id, 'embed', {});
    expect(await run()).toBe(1);
    const own = before.filter(({ transcript }) => [ada, bob].includes(transcript));
    expect(await vectors()).toEqual(own);
    const model = await repositories.embeddingModels.getActive();
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      progress: 1,
      result: { model: model?.name, embedded: own.length },
    });
  });

  test('of some transcripts leaves the others alone', async () => {
    const before = await vectors();
    await drop();
    await add(user.id, 'embed', { transcriptIds: [bob.toUpperCase()] });
    await run();
    expect(await vectors()).toEqual(before.filter(({ transcript }) => transcript === bob));
  });

  test('does nothing where nothing is missing', async () => {
    await spoil();
    const before = await vectors();
    const [job] = await add(user.id, 'embed', {});
    await run();
    expect(await vectors()).toEqual(before);
    expect(await getJob(user.id, job?.id)).toMatchObject({ result: { embedded: 0 } });
  });

  test('makes all of them anew when it is told so', async () => {
    const before = await vectors();
    await spoil();
    await add(user.id, 'embed', { transcriptIds: [ada, bob], force: true });
    await run();
    const own = ({ transcript }: Vector) => [ada, bob].includes(transcript);
    expect((await vectors()).filter(own)).toEqual(before.filter(own));
  });

  test('done twice is done once', async () => {
    await drop(ofTranscript(ada));
    const [job] = await add(user.id, 'embed', {});
    await app.crashAfter('embed');
    const before = await vectors();
    await run();
    expect(await vectors()).toEqual(before);
    expect(await getJob(user.id, job?.id)).toMatchObject({ result: { embedded: 0 }, attempt: 2 });
  });

  test('that was cancelled on the way stores nothing more', async () => {
    await drop();
    const [job] = await add(user.id, 'embed', {});
    meanwhile(() => repositories.jobs.cancel(user.id, job?.id ?? ''));
    await run();
    expect(await vectors()).toEqual([]);
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'cancelled', result: null });
  });

  test('during which the model is switched is tried again, and fills those of the new one', async () => {
    const active = await repositories.embeddingModels.getActive();
    if (!active) throw new Error('no model');
    const { provider, name, dimensions } = active;
    await drop();
    const [job] = await add(user.id, 'embed', {});
    const another = { provider: 'hash', name: 'another', dimensions: 8 };
    meanwhile(() => repositories.embeddingModels.activate(another));
    await run();
    expect(await vectors()).toEqual([]);
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'queued',
      retryCount: 1,
      errorCode: 'conflict',
    });
    await repositories.embeddingModels.activate({ provider, name, dimensions });
    await query(db, 'update jobs set run_after = now()');
    await run();
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'completed', errorCode: null });
    expect((await vectors()).length).toBeGreaterThan(0);
  });

  test('passes over a transcript that is deleted meanwhile', async () => {
    await drop();
    const [job] = await add(user.id, 'embed', {});
    meanwhile(() => repositories.transcripts.delete(user.id, ada));
    await run();
    expect(new Set((await vectors()).map(({ transcript }) => transcript))).toEqual(new Set([bob]));
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'completed' });
  });

  test('of another’s transcript, or of none, is not found', async () => {
    const eve = (await repositories.transcripts.listByUser(other.id, { limit: 1 })).data[0]?.id;
    for (const id of [eve, randomUUID()]) {
      await expect(add(user.id, 'embed', { transcriptIds: [ada, id] })).rejects.toMatchObject({
        code: 'not_found',
      });
    }
    expect((await repositories.jobs.listByUser(user.id, { limit: 9 })).data).toEqual([]);
  });
});
