CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"name" varchar(255) NOT NULL,
	"prefix" varchar(32) NOT NULL,
	"secret_hash" varchar(64) NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "api_keys_secret_hash_unique" UNIQUE("secret_hash"),
	CONSTRAINT "api_keys_scopes_valid" CHECK ("api_keys"."scopes" <@ array['read', 'write', 'chat', 'admin']::text[] and cardinality("api_keys"."scopes") > 0)
);
--> statement-breakpoint
CREATE TABLE "chunks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"transcript_id" uuid NOT NULL,
	"chunk_text" text NOT NULL,
	"chunk_index" integer NOT NULL,
	"token_count" integer NOT NULL,
	"start_ms" integer,
	"end_ms" integer,
	"first_segment" integer NOT NULL,
	"last_segment" integer NOT NULL,
	"search_config" varchar(63) NOT NULL,
	"search_vector" "tsvector" GENERATED ALWAYS AS (public.parley_search_vector("chunks"."search_config", "chunks"."chunk_text")) STORED,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chunks_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "chunks_transcript_id_chunk_index_unique" UNIQUE("transcript_id","chunk_index"),
	CONSTRAINT "chunks_index_valid" CHECK ("chunks"."chunk_index" >= 0),
	CONSTRAINT "chunks_token_count_valid" CHECK ("chunks"."token_count" >= 0),
	CONSTRAINT "chunks_times_whole" CHECK (("chunks"."start_ms" is null) = ("chunks"."end_ms" is null)),
	CONSTRAINT "chunks_times_valid" CHECK ("chunks"."start_ms" >= 0 and "chunks"."end_ms" >= "chunks"."start_ms"),
	CONSTRAINT "chunks_segments_valid" CHECK ("chunks"."first_segment" >= 0 and "chunks"."last_segment" >= "chunks"."first_segment")
);
--> statement-breakpoint
CREATE TABLE "citations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"message_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"transcript_id" uuid,
	"revision_number" integer NOT NULL,
	"first_segment" integer NOT NULL,
	"last_segment" integer NOT NULL,
	"start_ms" integer,
	"end_ms" integer,
	"speaker" varchar(255),
	"quote" text NOT NULL,
	"quote_match" varchar(50) NOT NULL,
	"answer_start" integer NOT NULL,
	"answer_end" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "citations_message_id_number_unique" UNIQUE("message_id","number"),
	CONSTRAINT "citations_quote_match_valid" CHECK ("citations"."quote_match" in ('exact', 'normalized', 'none')),
	CONSTRAINT "citations_number_valid" CHECK ("citations"."number" > 0),
	CONSTRAINT "citations_times_valid" CHECK ("citations"."start_ms" >= 0 and "citations"."end_ms" >= "citations"."start_ms"),
	CONSTRAINT "citations_answer_span_valid" CHECK ("citations"."answer_start" >= 0 and "citations"."answer_end" >= "citations"."answer_start")
);
--> statement-breakpoint
CREATE TABLE "config" (
	"key" varchar(100) PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"description" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"title" varchar(500),
	"scope" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversations_user_id_id_unique" UNIQUE("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "embedding_models" (
	"id" smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "embedding_models_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 32767 START WITH 1 CACHE 1),
	"provider" varchar(100) NOT NULL,
	"name" varchar(255) NOT NULL,
	"dimensions" integer NOT NULL,
	"is_active" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "embedding_models_unique" UNIQUE("provider","name","dimensions"),
	CONSTRAINT "embedding_models_dimensions_valid" CHECK ("embedding_models"."dimensions" between 1 and 4000)
);
--> statement-breakpoint
CREATE TABLE "vector_embeddings" (
	"chunk_id" uuid NOT NULL,
	"model_id" smallint NOT NULL,
	"user_id" uuid NOT NULL,
	"embedding" halfvec NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vector_embeddings_chunk_id_model_id_pk" PRIMARY KEY("chunk_id","model_id"),
	CONSTRAINT "vector_embeddings_not_zero" CHECK (l2_norm("vector_embeddings"."embedding") > 0)
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"key" varchar(255) NOT NULL,
	"request_hash" varchar(64) NOT NULL,
	"status_code" integer,
	"content_type" varchar(255),
	"body" text,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key"),
	CONSTRAINT "idempotency_keys_answer_whole" CHECK (("idempotency_keys"."status_code" is null) = ("idempotency_keys"."body" is null))
);
--> statement-breakpoint
CREATE TABLE "corpus_stats" (
	"transcript_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"search_config" varchar(63) NOT NULL,
	"chunk_count" integer NOT NULL,
	"token_count" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "corpus_stats_counts_valid" CHECK ("corpus_stats"."chunk_count" >= 0 and "corpus_stats"."token_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"user_id" uuid NOT NULL,
	"term" text NOT NULL,
	"transcript_id" uuid NOT NULL,
	"chunk_indexes" integer[] NOT NULL,
	"frequencies" smallint[] NOT NULL,
	"lengths" smallint[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "postings_user_id_term_transcript_id_pk" PRIMARY KEY("user_id","term","transcript_id"),
	CONSTRAINT "postings_arrays_parallel" CHECK (cardinality("postings"."chunk_indexes") > 0 and cardinality("postings"."chunk_indexes") = cardinality("postings"."frequencies") and cardinality("postings"."chunk_indexes") = cardinality("postings"."lengths"))
);
--> statement-breakpoint
CREATE TABLE "media_sources" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" varchar(50) NOT NULL,
	"external_id" varchar(255),
	"title" text,
	"channel" text,
	"description" text,
	"duration_seconds" integer,
	"url" text,
	"published_at" timestamp with time zone,
	"metadata_extracted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "media_sources_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "media_sources_external_id_unique" UNIQUE("user_id","kind","external_id"),
	CONSTRAINT "media_sources_kind_valid" CHECK ("media_sources"."kind" in ('youtube', 'podcast', 'upload', 'meeting', 'other')),
	CONSTRAINT "media_sources_duration_valid" CHECK ("media_sources"."duration_seconds" >= 0),
	CONSTRAINT "media_sources_youtube_id_valid" CHECK ("media_sources"."kind" <> 'youtube' or length("media_sources"."external_id") <= 20)
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"conversation_id" uuid NOT NULL,
	"parent_id" uuid,
	"role" varchar(50) NOT NULL,
	"content" text NOT NULL,
	"status" varchar(50) DEFAULT 'complete' NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "messages_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "messages_conversation_id_id_unique" UNIQUE("conversation_id","id"),
	CONSTRAINT "messages_role_valid" CHECK ("messages"."role" in ('user', 'assistant', 'system')),
	CONSTRAINT "messages_status_valid" CHECK ("messages"."status" in ('complete', 'streaming', 'interrupted', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "segments" (
	"revision_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"start_ms" integer,
	"end_ms" integer,
	"speaker_label" varchar(255),
	"text" text NOT NULL,
	"words" jsonb,
	"confidence" real,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "segments_revision_id_position_pk" PRIMARY KEY("revision_id","position"),
	CONSTRAINT "segments_position_valid" CHECK ("segments"."position" >= 0),
	CONSTRAINT "segments_times_whole" CHECK (("segments"."start_ms" is null) = ("segments"."end_ms" is null)),
	CONSTRAINT "segments_times_valid" CHECK ("segments"."start_ms" >= 0 and "segments"."end_ms" >= "segments"."start_ms")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" varchar(255) NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid,
	"template_type" varchar(50) NOT NULL,
	"template_name" varchar(255) NOT NULL,
	"template_content" text NOT NULL,
	"variables" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "templates_name_unique" UNIQUE NULLS NOT DISTINCT("user_id","template_type","template_name"),
	CONSTRAINT "templates_type_valid" CHECK ("templates"."template_type" in ('linkedin', 'twitter', 'blog', 'email', 'summary', 'analysis', 'export', 'chat'))
);
--> statement-breakpoint
CREATE TABLE "transcript_revisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"transcript_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"format" varchar(50) NOT NULL,
	"language" varchar(35),
	"track_kind" varchar(50) DEFAULT 'unknown' NOT NULL,
	"content_hash" varchar(64) NOT NULL,
	"receipt" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transcript_revisions_number_unique" UNIQUE("transcript_id","number"),
	CONSTRAINT "transcript_revisions_transcript_id_id_unique" UNIQUE("transcript_id","id"),
	CONSTRAINT "transcript_revisions_track_kind_valid" CHECK ("transcript_revisions"."track_kind" in ('manual', 'asr', 'translated', 'unknown')),
	CONSTRAINT "transcript_revisions_number_valid" CHECK ("transcript_revisions"."number" > 0)
);
--> statement-breakpoint
CREATE TABLE "transcripts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"youtube_video_id" varchar(50),
	"title" varchar(500),
	"channel_name" varchar(255),
	"duration" integer,
	"language" varchar(35),
	"transcript_text" text DEFAULT '' NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"media_source_id" uuid,
	"current_revision_id" uuid,
	"status" varchar(50) DEFAULT 'importing' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transcripts_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "transcripts_status_valid" CHECK ("transcripts"."status" in ('importing', 'ready', 'failed')),
	CONSTRAINT "transcripts_duration_valid" CHECK ("transcripts"."duration" >= 0)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" varchar(255) NOT NULL,
	"password_hash" varchar(255) NOT NULL,
	"role" varchar(50) DEFAULT 'user' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_format" CHECK ("users"."email" ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
	CONSTRAINT "users_role_valid" CHECK ("users"."role" in ('user', 'admin'))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chunks" ADD CONSTRAINT "chunks_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "citations" ADD CONSTRAINT "citations_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "citations" ADD CONSTRAINT "citations_transcript_id_transcripts_id_fk" FOREIGN KEY ("transcript_id") REFERENCES "public"."transcripts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vector_embeddings" ADD CONSTRAINT "vector_embeddings_model_id_embedding_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."embedding_models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vector_embeddings" ADD CONSTRAINT "vector_embeddings_chunk_fk" FOREIGN KEY ("user_id","chunk_id") REFERENCES "public"."chunks"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "corpus_stats" ADD CONSTRAINT "corpus_stats_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_sources" ADD CONSTRAINT "media_sources_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_parent_fk" FOREIGN KEY ("conversation_id","parent_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_revision_id_transcript_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."transcript_revisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcript_revisions" ADD CONSTRAINT "transcript_revisions_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcripts" ADD CONSTRAINT "transcripts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcripts" ADD CONSTRAINT "transcripts_media_source_fk" FOREIGN KEY ("user_id","media_source_id") REFERENCES "public"."media_sources"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcripts" ADD CONSTRAINT "transcripts_current_revision_fk" FOREIGN KEY ("id","current_revision_id") REFERENCES "public"."transcript_revisions"("transcript_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chunks_search_vector_index" ON "chunks" USING gin ("search_vector");--> statement-breakpoint
CREATE INDEX "chunks_metadata_index" ON "chunks" USING gin ("metadata");--> statement-breakpoint
CREATE INDEX "citations_transcript_id_index" ON "citations" USING btree ("transcript_id");--> statement-breakpoint
CREATE INDEX "conversations_updated_at_index" ON "conversations" USING btree ("updated_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "conversations_user_id_updated_at_index" ON "conversations" USING btree ("user_id","updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "embedding_models_active_unique" ON "embedding_models" USING btree ("is_active") WHERE "embedding_models"."is_active";--> statement-breakpoint
CREATE INDEX "vector_embeddings_user_id_model_id_index" ON "vector_embeddings" USING btree ("user_id","model_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expires_at_index" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "corpus_stats_user_id_index" ON "corpus_stats" USING btree ("user_id","search_config","chunk_count","token_count");--> statement-breakpoint
CREATE INDEX "postings_transcript_index" ON "postings" USING btree ("transcript_id");--> statement-breakpoint
CREATE INDEX "postings_term_trigram_index" ON "postings" USING gin ("term" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "messages_conversation_id_position_index" ON "messages" USING btree ("conversation_id","position");--> statement-breakpoint
CREATE INDEX "messages_conversation_id_parent_id_index" ON "messages" USING btree ("conversation_id","parent_id");--> statement-breakpoint
CREATE INDEX "messages_created_at_index" ON "messages" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "messages_streaming_index" ON "messages" USING btree ("created_at") WHERE "messages"."status" = 'streaming';--> statement-breakpoint
CREATE INDEX "messages_metadata_index" ON "messages" USING gin ("metadata");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_index" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "templates_default_unique" ON "templates" USING btree ("user_id","template_type") WHERE "templates"."is_default" and "templates"."user_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "templates_built_in_default_unique" ON "templates" USING btree ("template_type") WHERE "templates"."is_default" and "templates"."user_id" is null;--> statement-breakpoint
CREATE INDEX "templates_user_id_index" ON "templates" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "templates_type_default_index" ON "templates" USING btree ("template_type","is_default");--> statement-breakpoint
CREATE UNIQUE INDEX "transcript_revisions_import_unique" ON "transcript_revisions" USING btree ("user_id","content_hash") WHERE "transcript_revisions"."number" = 1;--> statement-breakpoint
CREATE UNIQUE INDEX "transcripts_video_unique" ON "transcripts" USING btree ("user_id","youtube_video_id") WHERE "transcripts"."youtube_video_id" is not null;--> statement-breakpoint
CREATE INDEX "transcripts_youtube_video_id_index" ON "transcripts" USING btree ("youtube_video_id");--> statement-breakpoint
CREATE INDEX "transcripts_user_id_created_at_index" ON "transcripts" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "transcripts_metadata_index" ON "transcripts" USING gin ("metadata");--> statement-breakpoint
CREATE INDEX "transcripts_media_source_index" ON "transcripts" USING btree ("user_id","media_source_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique" ON "users" USING btree (lower("email"));