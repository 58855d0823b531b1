-- Transcripts and revisions point at each other, so one of the two links goes first.
ALTER TABLE "transcripts" DROP CONSTRAINT "transcripts_current_revision_fk";
--> statement-breakpoint
DROP TABLE "citations";
--> statement-breakpoint
DROP TABLE "messages";
--> statement-breakpoint
DROP TABLE "conversations";
--> statement-breakpoint
DROP TABLE "vector_embeddings";
--> statement-breakpoint
DROP TABLE "embedding_models";
--> statement-breakpoint
DROP TABLE "corpus_stats";
--> statement-breakpoint
DROP TABLE "postings";
--> statement-breakpoint
DROP TABLE "chunks";
--> statement-breakpoint
DROP TABLE "segments";
--> statement-breakpoint
DROP TABLE "templates";
--> statement-breakpoint
DROP TABLE "config";
--> statement-breakpoint
DROP TABLE "idempotency_keys";
--> statement-breakpoint
DROP TABLE "api_keys";
--> statement-breakpoint
DROP TABLE "sessions";
--> statement-breakpoint
DROP TABLE "transcript_revisions";
--> statement-breakpoint
DROP TABLE "transcripts";
--> statement-breakpoint
DROP TABLE "media_sources";
--> statement-breakpoint
DROP TABLE "users";
