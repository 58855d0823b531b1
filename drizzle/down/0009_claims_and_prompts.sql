DROP TRIGGER forget_prompts ON "transcripts";
--> statement-breakpoint
DROP FUNCTION public.parley_forget_prompts();
--> statement-breakpoint
DROP TRIGGER forget_prompt ON "llm_requests";
--> statement-breakpoint
CREATE TRIGGER forget_prompt BEFORE UPDATE ON "llm_requests" FOR EACH ROW
  WHEN (
    (OLD.message_id IS NOT NULL AND NEW.message_id IS NULL)
    OR (OLD.job_run_id IS NOT NULL AND NEW.job_run_id IS NULL)
  ) EXECUTE FUNCTION public.parley_forget_prompt();
--> statement-breakpoint
DROP INDEX "llm_requests_prompts_index";
--> statement-breakpoint
ALTER TABLE "message_leases" DROP COLUMN "transcript_deleted_at";
--> statement-breakpoint
DROP TRIGGER keep_later ON "jobs";
--> statement-breakpoint
DROP FUNCTION public.parley_turn_later();
--> statement-breakpoint
DROP INDEX "jobs_queued_index";
--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "later";
--> statement-breakpoint
CREATE INDEX "jobs_queued_index" ON "jobs" USING btree ("user_id","type","priority" DESC NULLS FIRST,"run_after","position") WHERE "jobs"."status" = 'queued';
--> statement-breakpoint
ALTER TABLE "batches" ALTER COLUMN "id" SET DEFAULT gen_random_uuid();
