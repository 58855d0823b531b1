import type { Database } from '../../src/db/client.ts';
import {
  again,
  type Changes,
  copy,
  id,
  nowhere,
  ofUser,
  type Reference,
  type Statement,
  withinUser,
} from './copied-rows.ts';

/** By an insert, for a trigger refuses most changes of a status before its check does. */
const job = (columns: string, values: string) =>
  `insert into jobs (user_id, type, ${columns}) select id, 'embed', ${values} from users limit 1`;

export const JOB_CHECKS: Record<string, string[]> = {
  audio_processing_metadata_counts_valid: ['update audio_processing_metadata set chunk_count = 0'],
  audio_processing_metadata_time_valid: [
    'update audio_processing_metadata set preprocessing_time_seconds = -1',
  ],
  batches_status_valid: [`update batches set status = 'lost'`],
  batches_request_hash_whole: ['update batches set request_hash = null'],
  batches_priority_valid: ['update batches set priority = 101'],
  batches_total_files_valid: [
    'update batches set total_files = 0',
    'update batches set total_files = 10001',
  ],
  batches_worker_count_valid: ['update batches set worker_count = 0'],
  batches_memory_limit_valid: ['update batches set memory_limit_mb = 0'],
  batches_cpu_limit_valid: ['update batches set cpu_limit_percent = 101'],
  batches_end_time_whole: [
    `update batches set status = 'completed'`,
    'update batches set end_time = now()',
  ],
  job_file_parts_position_valid: ['update job_file_parts set position = -1'],
  job_files_kind_valid: [`update job_files set kind = 'other'`],
  job_files_size_valid: ['update job_files set size = -1'],
  job_runs_attempt_valid: ['update job_runs set attempt = 0'],
  job_runs_end_whole: [
    'update job_runs set ended_at = now()',
    `update job_runs set outcome = 'failed'`,
  ],
  job_runs_outcome_valid: [`update job_runs set outcome = 'lost', ended_at = now()`],
  jobs_completed_at_whole: [
    job('completed_at', 'now()'),
    job('status', `'completed'`),
    job('status', `'failed'`),
    job('status', `'cancelled'`),
  ],
  jobs_counts_valid: [
    job('retry_count', '-1'),
    job('crash_count', '-1'),
    job('attempt', '-1'),
    job('max_retries', '21'),
  ],
  jobs_created_files_valid: [job('created_files', `'{}'`)],
  jobs_error_whole: [job('error_code', `'internal'`), job('error_message', `'A fault.'`)],
  jobs_lease_whole: [
    job('status', `'running'`),
    job('lease_token', 'gen_random_uuid()'),
    job('lease_expires_at', 'now()'),
  ],
  jobs_priority_valid: [job('priority', '-101'), job('priority', '101')],
  jobs_progress_valid: [job('progress', '1.5'), job('progress', '-0.5')],
  jobs_status_valid: [job('status', `'lost'`)],
  jobs_type_valid: [`insert into jobs (user_id, type) select id, 'An Import' from users limit 1`],
  llm_requests_audio_valid: ['update llm_requests set audio_ms = -1'],
  llm_requests_prompt_tokens_valid: ['update llm_requests set prompt_tokens = -1'],
  llm_requests_purpose_valid: [`update llm_requests set purpose = 'An Answer'`],
  llm_responses_cost_valid: ['update llm_responses set cost_usd = -1'],
  llm_responses_counts_valid: [
    'update llm_responses set prompt_tokens = -1',
    'update llm_responses set completion_tokens = -1',
    'update llm_responses set latency_ms = -1',
  ],
  llm_responses_error_whole: [`update llm_responses set error_code = 'model_failed'`],
  media_files_download_status_valid: [`update media_files set download_status = 'lost'`],
  media_files_duration_valid: ['update media_files set duration_seconds = -1'],
  media_files_file_path_valid: [`update media_files set file_path = '../etc/passwd'`],
  media_files_file_size_valid: ['update media_files set file_size = -1'],
  transcription_results_pipeline_version_valid: [
    `update transcription_results set pipeline_version = 'v9'`,
  ],
  transcription_results_processing_time_valid: [
    'update transcription_results set processing_time_seconds = -1',
  ],
  transcription_results_speaker_count_valid: [
    'update transcription_results set speaker_count = -1',
  ],
};

export const JOB_UNIQUES: Record<string, Statement> = {
  batches_idempotency_key_unique: again(
    'batches',
    { id, completion_job_id: 'null' },
    'idempotency_key is not null',
  ),
  job_runs_attempt_unique: again('job_runs', {
    id,
    ended_at: 'now()',
    outcome: `'failed'`,
  }),
  job_runs_open_unique: again('job_runs', { id, attempt: '9' }),
  jobs_idempotency_key_unique: again('jobs', { id, position: '0' }, 'idempotency_key is not null'),
  media_files_file_path_unique: again('media_files', { id }),
};

const path = `user_id || '/' || gen_random_uuid()`;
const newJob: Changes = { id, position: '0', idempotency_key: 'null' };
const free = 'transcript_id is null and batch_id is null';

export const JOB_REFERENCES: Record<string, Reference> = {
  audio_processing_metadata_media_file_fk: {
    ...withinUser('audio_processing_metadata', 'media_file_id', {}),
    foreign: async (_db, other) => `insert into audio_processing_metadata (user_id, media_file_id)
      select '${other}', id from media_files as f where user_id <> '${other}' and not exists (
        select from audio_processing_metadata where media_file_id = f.id) limit 1`,
    onDelete: 'cascade',
  },
  batches_user_id_users_id_fk: ofUser('batches', {
    id,
    completion_job_id: 'null',
    idempotency_key: 'null',
    request_hash: 'null',
  }),
  batches_completion_job_fk: {
    ...withinUser('batches', 'completion_job_id', {
      id,
      idempotency_key: 'null',
      request_hash: 'null',
    }),
    onDelete: 'set null',
  },
  job_file_parts_file_id_job_files_id_fk: {
    dangling: again('job_file_parts', { file_id: nowhere }),
    onDelete: 'cascade',
  },
  job_file_transcripts_file_fk: {
    dangling: again('job_file_transcripts', { file_id: nowhere }),
    foreign: async (_db: Database, other: string) => `with theirs as (
        insert into transcripts (user_id, title) values ('${other}', '') returning id)
      insert into job_file_transcripts (user_id, file_id, transcript_id)
      select '${other}', file_id, theirs.id from job_file_transcripts, theirs`,
    onDelete: 'cascade',
  },
  job_file_transcripts_transcript_fk: {
    dangling: again('job_file_transcripts', { transcript_id: nowhere }),
    foreign: async (_db: Database, other: string) => `with theirs as (
        insert into transcripts (user_id, title) values ('${other}', '') returning id)
      insert into job_file_transcripts (user_id, file_id, transcript_id)
      select f.user_id, f.file_id, theirs.id from job_file_transcripts as f, theirs`,
    onDelete: 'cascade',
  },
  job_files_job_fk: { ...withinUser('job_files', 'job_id', { id }), onDelete: 'cascade' },
  job_runs_job_id_jobs_id_fk: {
    dangling: again('job_runs', { id, job_id: nowhere }),
    onDelete: 'cascade',
  },
  jobs_user_id_users_id_fk: ofUser('jobs', newJob, free),
  jobs_transcript_fk: {
    ...withinUser('jobs', 'transcript_id', newJob, 'transcript_id is not null'),
    onDelete: 'set null',
  },
  jobs_batch_fk: {
    ...withinUser('jobs', 'batch_id', newJob, 'batch_id is not null'),
    onDelete: 'cascade',
  },
  llm_requests_user_id_users_id_fk: {
    dangling: again('llm_requests', { id, user_id: nowhere }),
    onDelete: 'cascade',
  },
  llm_requests_job_run_id_job_runs_id_fk: {
    dangling: again('llm_requests', { id, job_run_id: nowhere }),
    onDelete: 'set null',
  },
  llm_requests_message_id_messages_id_fk: {
    dangling: again('llm_requests', { id, message_id: nowhere }),
    onDelete: 'set null',
  },
  llm_responses_request_id_llm_requests_id_fk: {
    dangling: again('llm_responses', { request_id: nowhere }),
    onDelete: 'cascade',
  },
  media_files_user_id_users_id_fk: ofUser(
    'media_files',
    { id, file_path: path, media_source_id: 'null' },
    'source_file_id is null',
  ),
  media_files_media_source_fk: {
    dangling: again('media_files', { id, file_path: path, media_source_id: nowhere }),
    foreign: (db: Database, other: string) =>
      copy(
        db,
        'media_files',
        { id, file_path: path, user_id: `'${other}'` },
        'media_source_id is not null',
      ),
    onDelete: 'refused',
  },
  media_files_source_file_fk: {
    ...withinUser(
      'media_files',
      'source_file_id',
      { id, file_path: path },
      'source_file_id is not null',
    ),
    onDelete: 'cascade',
  },
  transcript_revisions_transcription_result_fk: {
    dangling: again('transcript_revisions', {
      id,
      number: '99',
      transcription_result_id: nowhere,
    }),
    foreign: async (_db: Database, other: string) => `with theirs as (
        insert into transcripts (user_id, title) values ('${other}', '') returning id)
      insert into transcript_revisions
        (user_id, transcript_id, number, format, content_hash, receipt, transcription_result_id)
      select '${other}', theirs.id, 1, 'srt', 'x', '{}', r.id
      from theirs, transcription_results as r where r.user_id <> '${other}' limit 1`,
    onDelete: 'set null',
  },
  transcription_results_media_file_fk: {
    ...withinUser('transcription_results', 'media_file_id', { id }),
    onDelete: 'cascade',
  },
};
