DROP TABLE "citation_anchors";
--> statement-breakpoint
DROP TABLE "transcript_speakers";
--> statement-breakpoint
ALTER TABLE "segments" DROP COLUMN "recognition";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP CONSTRAINT "transcript_revisions_made_by_valid";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP CONSTRAINT "transcript_revisions_base_valid";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP COLUMN "made_by";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP COLUMN "base_number";
--> statement-breakpoint
ALTER TABLE "transcript_revisions" DROP COLUMN "provenance";
--> statement-breakpoint
ALTER TABLE "transcripts" DROP COLUMN "chapters";
--> statement-breakpoint
DROP INDEX "transcripts_user_id_updated_at_index";
--> statement-breakpoint
DROP INDEX "transcripts_user_id_title_index";
--> statement-breakpoint
DROP INDEX "transcripts_user_id_channel_name_index";
--> statement-breakpoint
DROP INDEX "transcripts_user_id_duration_index";
--> statement-breakpoint
DROP INDEX "transcripts_title_trigram_index";
