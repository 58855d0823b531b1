DROP INDEX "jobs_queued_index";--> statement-breakpoint
ALTER TABLE "batches" ALTER COLUMN "id" SET DEFAULT (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
          || right(replace(gen_random_uuid()::text, '-', ''), 20))::uuid;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "later" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "jobs" SET "later" = true WHERE "status" = 'queued' AND "run_after" > now();--> statement-breakpoint
ALTER TABLE "message_leases" ADD COLUMN "transcript_deleted_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "jobs_later_index" ON "jobs" USING btree ("run_after") WHERE "jobs"."later";--> statement-breakpoint
CREATE INDEX "llm_requests_prompts_index" ON "llm_requests" USING btree ("user_id","created_at") WHERE "llm_requests"."message_id" is not null and "llm_requests"."request" is not null;--> statement-breakpoint
CREATE INDEX "jobs_queued_index" ON "jobs" USING btree ("user_id","type","priority" DESC NULLS FIRST,coalesce("batch_id", '00000000-0000-0000-0000-000000000000'),"run_after","position") WHERE "jobs"."status" = 'queued' and not "jobs"."later";
--> statement-breakpoint
CREATE FUNCTION public.parley_turn_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.later = NOT NEW.later;
  RETURN NEW;
END
$$;
--> statement-breakpoint
-- After those that change the status: triggers go by their names.
CREATE TRIGGER keep_later BEFORE INSERT OR UPDATE ON "jobs" FOR EACH ROW
  WHEN (NEW.later <> (NEW.status = 'queued' AND NEW.run_after > now()))
  EXECUTE FUNCTION public.parley_turn_later();
--> statement-breakpoint
-- What was answered goes with what was asked, whyever that goes.
DROP TRIGGER forget_prompt ON "llm_requests";
--> statement-breakpoint
CREATE TRIGGER forget_prompt BEFORE UPDATE ON "llm_requests" FOR EACH ROW
  WHEN (
    (OLD.message_id IS NOT NULL AND NEW.message_id IS NULL)
    OR (OLD.job_run_id IS NOT NULL AND NEW.job_run_id IS NULL)
    OR (OLD.request IS NOT NULL AND NEW.request IS NULL)
  ) EXECUTE FUNCTION public.parley_forget_prompt();
--> statement-breakpoint
-- Nobody knows which prompts of answers quote a transcript. None from before it was there does.
CREATE FUNCTION public.parley_forget_prompts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- First, and as a lock: whoever is about to store a prompt has done so, or sees that it must not.
  UPDATE message_leases SET transcript_deleted_at = now() WHERE message_id IN (
    SELECT l.message_id FROM message_leases AS l
    JOIN messages AS m ON m.id = l.message_id
    JOIN conversations AS c ON c.id = m.conversation_id
    WHERE c.user_id IN (SELECT user_id FROM deleted) AND l.transcript_deleted_at IS NULL
    ORDER BY l.message_id FOR NO KEY UPDATE OF l);
  UPDATE llm_requests SET request = NULL
    FROM (SELECT user_id, min(created_at) AS since FROM deleted GROUP BY user_id) AS d
    WHERE llm_requests.user_id = d.user_id AND created_at >= since
      AND message_id IS NOT NULL AND request IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER forget_prompts AFTER DELETE ON "transcripts"
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT
  EXECUTE FUNCTION public.parley_forget_prompts();
