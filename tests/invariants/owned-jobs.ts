import type { Database } from '../../src/db/client.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';

/** Jobs in several states, with runs, files, a batch, recordings and calls of models. The values are ids. */
export async function createJobs(db: Database, userId: string, transcriptId: string) {
  const r = createRepositories(db);
  const insert = async (statement: string) => {
    const [row] = await query<{ id: string }>(db, statement);
    return row?.id ?? '';
  };
  const { job: summary } = await r.jobs.create(userId, { type: 'complete-batch' });
  const batch = await insert(`insert into batches
    (user_id, name, type, total_files, completion_job_id, idempotency_key, request_hash)
    values ('${userId}', 'Talks', 'embed', 1, '${summary.id}', 'batch', 'hash') returning id`);
  await r.jobs.create(userId, { type: 'embed', batchId: batch });
  const { job } = await r.jobs.create(userId, {
    type: 'embed',
    transcriptId,
    idempotencyKey: 'job',
  });
  await query(
    db,
    `update jobs set status = 'running', attempt = 1, lease_token = gen_random_uuid(),
       lease_expires_at = now() + interval '1 day' where id = '${job.id}'`,
  );
  const run = await insert(
    `insert into job_runs (job_id, attempt, worker) values ('${job.id}', 1, 'worker') returning id`,
  );
  const { job: pausedJob } = await r.jobs.create(userId, { type: 'embed' });
  await r.jobs.pause(userId, pausedJob.id);
  const failedJob = await insert(`insert into jobs
    (user_id, type, status, completed_at, error_code, error_message)
    values ('${userId}', 'embed', 'failed', now(), 'internal', 'A fault.') returning id`);
  const named = { name: 'talk.srt', mediaType: 'application/x-subrip' };
  const file = await r.jobFiles.create(userId, { ...named, jobId: job.id, kind: 'output' });
  await r.jobFiles.append(userId, file.id, new TextEncoder().encode('1\n'));
  await r.jobFiles.linkTranscripts(userId, file.id, [transcriptId]);
  const mediaFile =
    await insert(`insert into media_files (user_id, media_source_id, file_path, file_name)
    values ('${userId}', (select id from media_sources where user_id = '${userId}' limit 1),
      '${userId}/' || gen_random_uuid(), 'talk.mp3') returning id`);
  await query(
    db,
    `insert into media_files (user_id, source_file_id, file_path, file_name)
     values ('${userId}', '${mediaFile}', '${userId}/' || gen_random_uuid(), 'talk.wav')`,
  );
  await query(
    db,
    `insert into audio_processing_metadata (user_id, media_file_id)
     values ('${userId}', '${mediaFile}')`,
  );
  const result = await insert(`insert into transcription_results (user_id, media_file_id)
    values ('${userId}', '${mediaFile}') returning id`);
  await query(
    db,
    `update transcript_revisions set transcription_result_id = '${result}'
     where transcript_id = '${transcriptId}' and number = 1`,
  );
  const request = await insert(`insert into llm_requests
    (user_id, job_run_id, message_id, provider, model, purpose, prompt_tokens)
    values ('${userId}', '${run}', (select m.id from messages m join conversations c
      on c.id = m.conversation_id and c.user_id = '${userId}' limit 1), 'test', 'test', 'enhance', 1)
    returning id`);
  await query(db, `insert into llm_responses (request_id, latency_ms) values ('${request}', 1)`);
  return {
    job: job.id,
    jobRun: run,
    pausedJob: pausedJob.id,
    failedJob,
    batch,
    file: file.id,
    mediaFile,
    transcriptionResult: result,
  };
}
