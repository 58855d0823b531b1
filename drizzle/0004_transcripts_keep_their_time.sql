CREATE TABLE "citation_anchors" (
	"citation_id" uuid PRIMARY KEY NOT NULL,
	"status" varchar(50) NOT NULL,
	"revision_number" integer NOT NULL,
	"first_segment" integer,
	"last_segment" integer,
	"start_ms" integer,
	"end_ms" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "citation_anchors_status_valid" CHECK ("citation_anchors"."status" in ('anchored', 'moved', 'lost')),
	CONSTRAINT "citation_anchors_revision_valid" CHECK ("citation_anchors"."revision_number" > 0),
	CONSTRAINT "citation_anchors_lost_valid" CHECK (("citation_anchors"."status" = 'lost') = ("citation_anchors"."first_segment" is null) and ("citation_anchors"."status" = 'lost') = ("citation_anchors"."last_segment" is null)),
	CONSTRAINT "citation_anchors_segments_valid" CHECK ("citation_anchors"."first_segment" >= 0 and "citation_anchors"."last_segment" >= "citation_anchors"."first_segment"),
	CONSTRAINT "citation_anchors_times_whole" CHECK (("citation_anchors"."start_ms" is null) = ("citation_anchors"."end_ms" is null) and ("citation_anchors"."status" <> 'lost' or "citation_anchors"."start_ms" is null)),
	CONSTRAINT "citation_anchors_times_valid" CHECK ("citation_anchors"."start_ms" >= 0 and "citation_anchors"."end_ms" >= "citation_anchors"."start_ms")
);
--> statement-breakpoint
CREATE TABLE "transcript_speakers" (
	"user_id" uuid NOT NULL,
	"transcript_id" uuid NOT NULL,
	"label" varchar(255) NOT NULL,
	"segment_count" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transcript_speakers_transcript_id_label_pk" PRIMARY KEY("transcript_id","label"),
	CONSTRAINT "transcript_speakers_segment_count_valid" CHECK ("transcript_speakers"."segment_count" > 0)
);
--> statement-breakpoint
ALTER TABLE "segments" ADD COLUMN "recognition" jsonb;--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD COLUMN "made_by" varchar(50) DEFAULT 'import' NOT NULL;--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD COLUMN "base_number" integer;--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD COLUMN "provenance" jsonb;--> statement-breakpoint
ALTER TABLE "transcripts" ADD COLUMN "chapters" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "citation_anchors" ADD CONSTRAINT "citation_anchors_citation_id_citations_id_fk" FOREIGN KEY ("citation_id") REFERENCES "public"."citations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcript_speakers" ADD CONSTRAINT "transcript_speakers_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "transcript_speakers_user_id_label_index" ON "transcript_speakers" USING btree ("user_id","label","transcript_id");--> statement-breakpoint
CREATE INDEX "transcripts_user_id_updated_at_index" ON "transcripts" USING btree ("user_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "transcripts_user_id_title_index" ON "transcripts" USING btree ("user_id",lower(coalesce("title", '')),"id");--> statement-breakpoint
CREATE INDEX "transcripts_user_id_channel_name_index" ON "transcripts" USING btree ("user_id",lower(coalesce("channel_name", '')),"id");--> statement-breakpoint
CREATE INDEX "transcripts_user_id_duration_index" ON "transcripts" USING btree ("user_id",coalesce("duration", -1),"id");--> statement-breakpoint
CREATE INDEX "transcripts_title_trigram_index" ON "transcripts" USING gin ("title" gin_trgm_ops);--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_made_by_valid" CHECK ("transcript_revisions"."made_by" in ('import', 'fetch', 'edit'));--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_base_valid" CHECK ("transcript_revisions"."base_number" > 0 and "transcript_revisions"."base_number" < "transcript_revisions"."number");