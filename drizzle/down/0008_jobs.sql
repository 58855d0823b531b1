DROP TABLE "llm_responses";
--> statement-breakpoint
DROP TABLE "llm_requests";
--> statement-breakpoint
DROP TABLE "job_file_transcripts";
--> statement-breakpoint
DROP TABLE "job_file_parts";
--> statement-breakpoint
DROP TABLE "job_files";
--> statement-breakpoint
DROP TABLE "job_runs";
--> statement-breakpoint
ALTER TABLE "batches" DROP CONSTRAINT "batches_completion_job_fk";
--> statement-breakpoint
DROP TABLE "jobs";
--> statement-breakpoint
DROP TABLE "batches";
--> statement-breakpoint
DROP TRIGGER drop_transcription_result ON "transcript_revisions";
--> statement-breakpoint
DROP INDEX "transcript_revisions_transcription_result_index";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP COLUMN "transcription_result_id";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP CONSTRAINT "transcript_revisions_made_by_valid";
--> statement-breakpoint
-- The version before knows neither maker; what was made stays.
UPDATE "transcript_revisions" SET "made_by" = CASE "made_by" WHEN 'transcribe' THEN 'import' ELSE 'edit' END
WHERE "made_by" IN ('transcribe', 'enhance');
--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_made_by_valid" CHECK ("transcript_revisions"."made_by" in ('import', 'fetch', 'edit'));
--> statement-breakpoint
DROP TABLE "transcription_results";
--> statement-breakpoint
DROP TABLE "audio_processing_metadata";
--> statement-breakpoint
DROP TABLE "media_files";
--> statement-breakpoint
DROP FUNCTION public.parley_drop_transcription_result();
--> statement-breakpoint
DROP FUNCTION public.parley_forget_prompt();
--> statement-breakpoint
DROP FUNCTION public.parley_unlist_created_file();
--> statement-breakpoint
DROP FUNCTION public.parley_drop_job_file();
--> statement-breakpoint
DROP FUNCTION public.parley_drop_job_files();
--> statement-breakpoint
DROP FUNCTION public.parley_count_version();
--> statement-breakpoint
DROP FUNCTION public.parley_keep_job_status();
--> statement-breakpoint
DROP FUNCTION public.parley_forget_transcript();
