import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { runDueJobs } from '../helpers/jobs.ts';
import { storedCalls } from '../helpers/model-calls.ts';
import { playModel } from '../helpers/model-server.ts';

const { baseUrl } = await playModel();
const settings = { EMBEDDING_BASE_URL: baseUrl, EMBEDDING_MODEL: 'scripted' };
const app = await buildTestApp(settings);
const { client, db, modelCalls, repositories } = app;

test('the calls of a job have ended once it has completed', async () => {
  const ada = await client.register();
  const { status } = await ada.request('POST', '/v1/transcripts', { text: 'Ann: The mill stood.' });
  expect(status).toBe(201);
  await modelCalls.settled();
  await query(db, 'delete from llm_requests');
  // Storing the end takes longer than what is left of the job; the embedded database does one after the other.
  await query(
    db,
    'create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$',
  );
  await query(
    db,
    'create trigger wait before insert on llm_responses for each row execute function wait()',
  );
  await repositories.jobs.create(ada.user.id, { type: 'embed', parameters: { force: true } });
  expect(await runDueJobs(app)).toBe(1);
  const ended = { purpose: 'embedding', finishReason: 'stop', errorCode: null };
  expect(await storedCalls(db)).toMatchObject([ended]);
});
