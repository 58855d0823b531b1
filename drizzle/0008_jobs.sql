CREATE TABLE "batches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"name" varchar(255) NOT NULL,
	"type" varchar(50) NOT NULL,
	"status" varchar(50) DEFAULT 'pending' NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"total_files" integer NOT NULL,
	"worker_count" integer DEFAULT 8 NOT NULL,
	"memory_limit_mb" integer DEFAULT 2048 NOT NULL,
	"cpu_limit_percent" integer DEFAULT 90 NOT NULL,
	"completion_job_id" uuid,
	"start_time" timestamp with time zone,
	"end_time" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "batches_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "batches_status_valid" CHECK ("batches"."status" in ('pending', 'running', 'completed', 'failed', 'paused', 'cancelled')),
	CONSTRAINT "batches_priority_valid" CHECK ("batches"."priority" between -100 and 100),
	CONSTRAINT "batches_total_files_valid" CHECK ("batches"."total_files" between 1 and 10000),
	CONSTRAINT "batches_worker_count_valid" CHECK ("batches"."worker_count" between 1 and 1000),
	CONSTRAINT "batches_memory_limit_valid" CHECK ("batches"."memory_limit_mb" > 0),
	CONSTRAINT "batches_cpu_limit_valid" CHECK ("batches"."cpu_limit_percent" between 1 and 100),
	CONSTRAINT "batches_end_time_whole" CHECK (("batches"."status" in ('completed', 'failed', 'cancelled')) = ("batches"."end_time" is not null))
);
--> statement-breakpoint
CREATE TABLE "job_file_parts" (
	"file_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_file_parts_file_id_position_pk" PRIMARY KEY("file_id","position"),
	CONSTRAINT "job_file_parts_position_valid" CHECK ("job_file_parts"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "job_file_transcripts" (
	"user_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"transcript_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_file_transcripts_file_id_transcript_id_pk" PRIMARY KEY("file_id","transcript_id")
);
--> statement-breakpoint
CREATE TABLE "job_files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"kind" varchar(50) NOT NULL,
	"name" varchar(255) NOT NULL,
	"media_type" varchar(255) NOT NULL,
	"size" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_files_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "job_files_kind_valid" CHECK ("job_files"."kind" in ('input', 'output')),
	CONSTRAINT "job_files_size_valid" CHECK ("job_files"."size" >= 0)
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"job_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"worker" varchar(255) NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome" varchar(50),
	"error" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_runs_attempt_unique" UNIQUE("job_id","attempt"),
	CONSTRAINT "job_runs_outcome_valid" CHECK ("job_runs"."outcome" in ('completed', 'failed', 'retried', 'crashed', 'released', 'paused', 'cancelled')),
	CONSTRAINT "job_runs_attempt_valid" CHECK ("job_runs"."attempt" > 0),
	CONSTRAINT "job_runs_end_whole" CHECK (("job_runs"."ended_at" is null) = ("job_runs"."outcome" is null))
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"type" varchar(50) NOT NULL,
	"status" varchar(50) DEFAULT 'queued' NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"progress" real DEFAULT 0 NOT NULL,
	"error_code" varchar(50),
	"error_message" text,
	"result" jsonb,
	"created_files" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"transcript_id" uuid,
	"batch_id" uuid,
	"attempt" integer DEFAULT 0 NOT NULL,
	"retry_count" integer DEFAULT 0 NOT NULL,
	"max_retries" integer DEFAULT 3 NOT NULL,
	"crash_count" integer DEFAULT 0 NOT NULL,
	"reopened_count" integer DEFAULT 0 NOT NULL,
	"run_after" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_token" uuid,
	"lease_expires_at" timestamp with time zone,
	"last_heartbeat" timestamp with time zone,
	"idempotency_key" varchar(255),
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "jobs_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "jobs_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "jobs_status_valid" CHECK ("jobs"."status" in ('queued', 'running', 'completed', 'failed', 'cancelled', 'paused')),
	CONSTRAINT "jobs_type_valid" CHECK ("jobs"."type" ~ '^[a-z][a-z-]*$'),
	CONSTRAINT "jobs_priority_valid" CHECK ("jobs"."priority" between -100 and 100),
	CONSTRAINT "jobs_progress_valid" CHECK ("jobs"."progress" between 0 and 1),
	CONSTRAINT "jobs_created_files_valid" CHECK (jsonb_typeof("jobs"."created_files") = 'array'),
	CONSTRAINT "jobs_counts_valid" CHECK ("jobs"."retry_count" >= 0 and "jobs"."crash_count" >= 0 and "jobs"."attempt" >= 0 and "jobs"."max_retries" between 0 and 20),
	CONSTRAINT "jobs_lease_whole" CHECK (("jobs"."status" = 'running') = ("jobs"."lease_token" is not null) and ("jobs"."lease_token" is null) = ("jobs"."lease_expires_at" is null)),
	CONSTRAINT "jobs_completed_at_whole" CHECK (("jobs"."status" in ('completed', 'failed', 'cancelled')) = ("jobs"."completed_at" is not null)),
	CONSTRAINT "jobs_error_whole" CHECK (("jobs"."error_code" is null) = ("jobs"."error_message" is null))
);
--> statement-breakpoint
CREATE TABLE "audio_processing_metadata" (
	"media_file_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"original_format" varchar(100),
	"original_sample_rate" integer,
	"original_channels" integer,
	"processed_format" varchar(100) DEFAULT 'wav' NOT NULL,
	"processed_sample_rate" integer DEFAULT 16000 NOT NULL,
	"processed_channels" integer DEFAULT 1 NOT NULL,
	"preprocessing_time_seconds" double precision,
	"chunk_count" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audio_processing_metadata_counts_valid" CHECK ("audio_processing_metadata"."original_sample_rate" > 0 and "audio_processing_metadata"."original_channels" > 0 and "audio_processing_metadata"."processed_sample_rate" > 0 and "audio_processing_metadata"."processed_channels" > 0 and "audio_processing_metadata"."chunk_count" > 0),
	CONSTRAINT "audio_processing_metadata_time_valid" CHECK ("audio_processing_metadata"."preprocessing_time_seconds" >= 0)
);
--> statement-breakpoint
CREATE TABLE "media_files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"media_source_id" uuid,
	"source_file_id" uuid,
	"file_path" text NOT NULL,
	"file_name" varchar(255) NOT NULL,
	"file_size" bigint DEFAULT 0 NOT NULL,
	"duration_seconds" double precision,
	"format_info" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"content_hash" varchar(64),
	"download_status" varchar(50) DEFAULT 'pending' NOT NULL,
	"download_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "media_files_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "media_files_file_path_unique" UNIQUE("file_path"),
	CONSTRAINT "media_files_download_status_valid" CHECK ("media_files"."download_status" in ('pending', 'downloading', 'completed', 'failed')),
	CONSTRAINT "media_files_file_size_valid" CHECK ("media_files"."file_size" >= 0),
	CONSTRAINT "media_files_duration_valid" CHECK ("media_files"."duration_seconds" >= 0),
	CONSTRAINT "media_files_file_path_valid" CHECK ("media_files"."file_path" ~ '^[0-9a-f-]+/[0-9a-f-]+$')
);
--> statement-breakpoint
CREATE TABLE "llm_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid,
	"job_run_id" uuid,
	"message_id" uuid,
	"provider" varchar(100) NOT NULL,
	"model" varchar(255) NOT NULL,
	"purpose" varchar(50) NOT NULL,
	"request" jsonb,
	"prompt_tokens" integer NOT NULL,
	"audio_ms" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "llm_requests_purpose_valid" CHECK ("llm_requests"."purpose" ~ '^[a-z][a-z-]*$'),
	CONSTRAINT "llm_requests_prompt_tokens_valid" CHECK ("llm_requests"."prompt_tokens" >= 0),
	CONSTRAINT "llm_requests_audio_valid" CHECK ("llm_requests"."audio_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "llm_responses" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"response" jsonb,
	"prompt_tokens" integer,
	"completion_tokens" integer DEFAULT 0 NOT NULL,
	"finish_reason" varchar(50),
	"latency_ms" integer NOT NULL,
	"cost_usd" double precision,
	"error_code" varchar(50),
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "llm_responses_counts_valid" CHECK ("llm_responses"."prompt_tokens" >= 0 and "llm_responses"."completion_tokens" >= 0 and "llm_responses"."latency_ms" >= 0),
	CONSTRAINT "llm_responses_cost_valid" CHECK ("llm_responses"."cost_usd" >= 0),
	CONSTRAINT "llm_responses_error_whole" CHECK (("llm_responses"."error_code" is null) = ("llm_responses"."error" is null))
);
--> statement-breakpoint
CREATE TABLE "transcription_results" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"media_file_id" uuid NOT NULL,
	"version" varchar(10) DEFAULT 'v1' NOT NULL,
	"text_content" text,
	"enhanced_content" text,
	"segments" jsonb,
	"raw_content" jsonb,
	"accuracy" double precision,
	"processing_time_seconds" double precision,
	"quality_warnings" text[],
	"pipeline_version" varchar(10),
	"enhanced_content_v2" jsonb,
	"diarization_content" jsonb,
	"merged_content" jsonb,
	"domain_used" varchar(100),
	"accuracy_estimate" double precision,
	"speaker_count" integer,
	"quality_warnings_v2" jsonb,
	"processing_metadata" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transcription_results_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "transcription_results_pipeline_version_valid" CHECK ("transcription_results"."pipeline_version" in ('v1', 'v2', 'v3', 'v4')),
	CONSTRAINT "transcription_results_speaker_count_valid" CHECK ("transcription_results"."speaker_count" >= 0),
	CONSTRAINT "transcription_results_processing_time_valid" CHECK ("transcription_results"."processing_time_seconds" >= 0)
);
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP CONSTRAINT "transcript_revisions_made_by_valid";--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD COLUMN "transcription_result_id" uuid;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_completion_job_fk" FOREIGN KEY ("user_id","completion_job_id") REFERENCES "public"."jobs"("user_id","id") ON DELETE set null ("completion_job_id") ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_file_parts" ADD CONSTRAINT "job_file_parts_file_id_job_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."job_files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_file_transcripts" ADD CONSTRAINT "job_file_transcripts_file_fk" FOREIGN KEY ("user_id","file_id") REFERENCES "public"."job_files"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_file_transcripts" ADD CONSTRAINT "job_file_transcripts_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_files" ADD CONSTRAINT "job_files_job_fk" FOREIGN KEY ("user_id","job_id") REFERENCES "public"."jobs"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_runs" ADD CONSTRAINT "job_runs_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE set null ("transcript_id") ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_batch_fk" FOREIGN KEY ("user_id","batch_id") REFERENCES "public"."batches"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audio_processing_metadata" ADD CONSTRAINT "audio_processing_metadata_media_file_fk" FOREIGN KEY ("user_id","media_file_id") REFERENCES "public"."media_files"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_files" ADD CONSTRAINT "media_files_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_files" ADD CONSTRAINT "media_files_media_source_fk" FOREIGN KEY ("user_id","media_source_id") REFERENCES "public"."media_sources"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_files" ADD CONSTRAINT "media_files_source_file_fk" FOREIGN KEY ("user_id","source_file_id") REFERENCES "public"."media_files"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_requests" ADD CONSTRAINT "llm_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_requests" ADD CONSTRAINT "llm_requests_job_run_id_job_runs_id_fk" FOREIGN KEY ("job_run_id") REFERENCES "public"."job_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_requests" ADD CONSTRAINT "llm_requests_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_responses" ADD CONSTRAINT "llm_responses_request_id_llm_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."llm_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcription_results" ADD CONSTRAINT "transcription_results_media_file_fk" FOREIGN KEY ("user_id","media_file_id") REFERENCES "public"."media_files"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batches_user_id_created_at_index" ON "batches" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "batches_open_index" ON "batches" USING btree ("id") WHERE "batches"."status" in ('pending', 'running');--> statement-breakpoint
CREATE INDEX "batches_end_time_index" ON "batches" USING btree ("end_time") WHERE "batches"."end_time" is not null;--> statement-breakpoint
CREATE INDEX "batches_completion_job_index" ON "batches" USING btree ("user_id","completion_job_id");--> statement-breakpoint
CREATE INDEX "job_file_transcripts_transcript_index" ON "job_file_transcripts" USING btree ("user_id","transcript_id");--> statement-breakpoint
CREATE INDEX "job_files_job_index" ON "job_files" USING btree ("user_id","job_id");--> statement-breakpoint
CREATE UNIQUE INDEX "job_runs_open_unique" ON "job_runs" USING btree ("job_id") WHERE "job_runs"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_idempotency_key_unique" ON "jobs" USING btree ("user_id","idempotency_key") WHERE "jobs"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "jobs_queued_index" ON "jobs" USING btree ("user_id","type","priority" DESC NULLS FIRST,"run_after","position") WHERE "jobs"."status" = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_running_index" ON "jobs" USING btree ("batch_id") WHERE "jobs"."status" = 'running';--> statement-breakpoint
CREATE INDEX "jobs_user_id_created_at_index" ON "jobs" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_batch_index" ON "jobs" USING btree ("batch_id","status") WHERE "jobs"."batch_id" is not null;--> statement-breakpoint
CREATE INDEX "jobs_transcript_index" ON "jobs" USING btree ("user_id","transcript_id") WHERE "jobs"."transcript_id" is not null;--> statement-breakpoint
CREATE INDEX "jobs_completed_at_index" ON "jobs" USING btree ("completed_at") WHERE "jobs"."completed_at" is not null;--> statement-breakpoint
CREATE INDEX "media_files_user_id_created_at_index" ON "media_files" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "media_files_media_source_index" ON "media_files" USING btree ("user_id","media_source_id");--> statement-breakpoint
CREATE INDEX "media_files_source_file_index" ON "media_files" USING btree ("user_id","source_file_id");--> statement-breakpoint
CREATE INDEX "llm_requests_user_id_created_at_index" ON "llm_requests" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "llm_requests_job_run_index" ON "llm_requests" USING btree ("job_run_id") WHERE "llm_requests"."job_run_id" is not null;--> statement-breakpoint
CREATE INDEX "llm_requests_message_index" ON "llm_requests" USING btree ("message_id") WHERE "llm_requests"."message_id" is not null;--> statement-breakpoint
CREATE INDEX "transcription_results_media_file_index" ON "transcription_results" USING btree ("user_id","media_file_id");--> statement-breakpoint
CREATE INDEX "transcription_results_pipeline_version_index" ON "transcription_results" USING btree ("pipeline_version");--> statement-breakpoint
CREATE INDEX "transcription_results_domain_used_index" ON "transcription_results" USING btree ("domain_used");--> statement-breakpoint
CREATE INDEX "transcription_results_speaker_count_index" ON "transcription_results" USING btree ("speaker_count");--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_transcription_result_fk" FOREIGN KEY ("user_id","transcription_result_id") REFERENCES "public"."transcription_results"("user_id","id") ON DELETE set null ("transcription_result_id") ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "transcript_revisions_transcription_result_index" ON "transcript_revisions" USING btree ("user_id","transcription_result_id") WHERE "transcript_revisions"."transcription_result_id" is not null;--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_made_by_valid" CHECK ("transcript_revisions"."made_by" in ('import', 'fetch', 'edit', 'transcribe', 'enhance'));
--> statement-breakpoint
CREATE TRIGGER set_updated_at BEFORE UPDATE ON "jobs" FOR EACH ROW
  WHEN ((OLD.version, OLD.updated_at) IS DISTINCT FROM (NEW.version, NEW.updated_at)) EXECUTE FUNCTION public.parley_set_updated_at();
--> statement-breakpoint
CREATE TRIGGER set_updated_at BEFORE UPDATE ON "batches" FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.parley_set_updated_at();
--> statement-breakpoint
CREATE TRIGGER set_updated_at BEFORE UPDATE ON "media_files" FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.parley_set_updated_at();
--> statement-breakpoint
CREATE TRIGGER set_updated_at BEFORE UPDATE ON "transcription_results" FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.parley_set_updated_at();
--> statement-breakpoint
-- What told of a deleted transcript is emptied; a job that was still to work on it is over.
CREATE FUNCTION public.parley_forget_transcript() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.parameters = '{}';
  NEW.result = NULL;
  IF NEW.error_message IS NOT NULL THEN
    NEW.error_message = 'The transcript was deleted.';
  END IF;
  UPDATE job_runs SET error = (error || '{"message": "The transcript was deleted."}') - 'errors'
    WHERE job_id = NEW.id AND error IS NOT NULL;
  UPDATE llm_responses SET response = NULL WHERE request_id IN (
    SELECT q.id FROM llm_requests AS q JOIN job_runs AS r ON r.id = q.job_run_id
    WHERE r.job_id = NEW.id);
  UPDATE llm_requests SET request = NULL
    WHERE job_run_id IN (SELECT id FROM job_runs WHERE job_id = NEW.id);
  IF OLD.status IN ('queued', 'running', 'paused') THEN
    NEW.status = 'cancelled';
    NEW.completed_at = now();
    NEW.lease_token = NULL;
    NEW.lease_expires_at = NULL;
    UPDATE job_runs SET ended_at = now(), outcome = 'cancelled'
      WHERE job_id = NEW.id AND ended_at IS NULL;
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER forget_transcript BEFORE UPDATE ON "jobs" FOR EACH ROW
  WHEN (OLD.transcript_id IS NOT NULL AND NEW.transcript_id IS NULL)
  EXECUTE FUNCTION public.parley_forget_transcript();
--> statement-breakpoint
-- What is completed or cancelled stays so; out of "failed" leads only a try that somebody asked for.
CREATE FUNCTION public.parley_keep_job_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  workers integer;
BEGIN
  IF NOT (
    (OLD.status = 'queued' AND NEW.status IN ('running', 'paused', 'cancelled'))
    OR (OLD.status = 'running' AND NEW.status IN ('queued', 'completed', 'failed', 'cancelled', 'paused'))
    OR (OLD.status = 'paused' AND NEW.status IN ('queued', 'cancelled'))
    OR (OLD.status = 'failed' AND NEW.status = 'queued' AND NEW.reopened_count = OLD.reopened_count + 1)
  ) THEN
    RAISE EXCEPTION 'a job cannot become % after %', NEW.status, OLD.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'jobs_status_change', TABLE = 'jobs';
  END IF;
  IF NEW.status = 'running' THEN
    -- No job may keep a claim from being made, whatever was left of the attempt before.
    UPDATE job_runs SET ended_at = now(), outcome = 'crashed'
      WHERE job_id = NEW.id AND ended_at IS NULL;
  END IF;
  IF NEW.status = 'running' AND NEW.batch_id IS NOT NULL THEN
    -- Whoever else claims from this batch in this moment is let through, and this job waits its turn.
    SELECT worker_count INTO workers FROM batches WHERE id = NEW.batch_id
      FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND OR workers <= (
      SELECT count(*) FROM jobs WHERE batch_id = NEW.batch_id AND status = 'running'
    ) THEN
      RETURN NULL;
    END IF;
    UPDATE batches SET status = 'running', start_time = coalesce(start_time, now())
      WHERE id = NEW.batch_id AND status = 'pending';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER keep_job_status BEFORE UPDATE ON "jobs" FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION public.parley_keep_job_status();
--> statement-breakpoint
CREATE FUNCTION public.parley_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version = OLD.version + 1;
  RETURN NEW;
END
$$;
--> statement-breakpoint
-- A beat changes nothing that anybody sees.
CREATE TRIGGER next_version BEFORE UPDATE ON "jobs" FOR EACH ROW
  WHEN (
    (OLD.status, OLD.progress, OLD.priority, OLD.error_code, OLD.error_message, OLD.result,
      OLD.created_files, OLD.transcript_id, OLD.retry_count, OLD.run_after)
    IS DISTINCT FROM
    (NEW.status, NEW.progress, NEW.priority, NEW.error_code, NEW.error_message, NEW.result,
      NEW.created_files, NEW.transcript_id, NEW.retry_count, NEW.run_after)
  ) EXECUTE FUNCTION public.parley_count_version();
--> statement-breakpoint
CREATE FUNCTION public.parley_drop_job_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A file that its worker is writing waits for the end of its job's time: the worker waits for this job.
  DELETE FROM job_files WHERE id IN (
    SELECT id FROM job_files WHERE user_id = NEW.user_id AND job_id = NEW.id
      AND (kind = 'input' OR NEW.status = 'cancelled') FOR UPDATE SKIP LOCKED);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER drop_job_files AFTER UPDATE ON "jobs" FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('completed', 'cancelled'))
  EXECUTE FUNCTION public.parley_drop_job_files();
--> statement-breakpoint
CREATE FUNCTION public.parley_drop_job_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM job_files WHERE id = OLD.file_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER drop_job_file AFTER DELETE ON "job_file_transcripts" FOR EACH ROW
  EXECUTE FUNCTION public.parley_drop_job_file();
--> statement-breakpoint
CREATE FUNCTION public.parley_unlist_created_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE jobs SET created_files = (
      SELECT coalesce(jsonb_agg(file ORDER BY place), '[]')
      FROM jsonb_array_elements(created_files) WITH ORDINALITY AS f(file, place)
      WHERE file ->> 'id' <> OLD.id::text)
    WHERE user_id = OLD.user_id AND id = OLD.job_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER unlist_created_file AFTER DELETE ON "job_files" FOR EACH ROW
  WHEN (OLD.kind = 'output') EXECUTE FUNCTION public.parley_unlist_created_file();
--> statement-breakpoint
-- What was asked goes with the message or the run that asked; that somebody asked stays.
CREATE FUNCTION public.parley_forget_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.request = NULL;
  UPDATE llm_responses SET response = NULL WHERE request_id = NEW.id AND response IS NOT NULL;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER forget_prompt BEFORE UPDATE ON "llm_requests" FOR EACH ROW
  WHEN (
    (OLD.message_id IS NOT NULL AND NEW.message_id IS NULL)
    OR (OLD.job_run_id IS NOT NULL AND NEW.job_run_id IS NULL)
  ) EXECUTE FUNCTION public.parley_forget_prompt();
--> statement-breakpoint
-- What was recognised goes with the last revision that was made of it: it holds the whole text.
CREATE FUNCTION public.parley_drop_transcription_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Of two that go at once, one waits for the other, and sees that it was the last.
  PERFORM FROM transcription_results
    WHERE user_id = OLD.user_id AND id = OLD.transcription_result_id FOR UPDATE;
  DELETE FROM transcription_results
    WHERE user_id = OLD.user_id AND id = OLD.transcription_result_id AND NOT EXISTS (
      SELECT FROM transcript_revisions
      WHERE user_id = OLD.user_id AND transcription_result_id = OLD.transcription_result_id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER drop_transcription_result AFTER DELETE ON "transcript_revisions" FOR EACH ROW
  WHEN (OLD.transcription_result_id IS NOT NULL)
  EXECUTE FUNCTION public.parley_drop_transcription_result();
--> statement-breakpoint
-- Every job leaves two dead rows behind, at the front of the index that is read most.
ALTER TABLE "jobs" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
--> statement-breakpoint
-- Most of it is compressed already.
ALTER TABLE "job_file_parts" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
