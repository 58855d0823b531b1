CREATE TABLE "message_events" (
	"message_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"type" varchar(50) NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_events_message_id_sequence_pk" PRIMARY KEY("message_id","sequence"),
	CONSTRAINT "message_events_sequence_valid" CHECK ("message_events"."sequence" > 0)
);
--> statement-breakpoint
CREATE TABLE "message_leases" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"writer" varchar(255) NOT NULL,
	"beat_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cancel_requested_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_queries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"query" text NOT NULL,
	"scope" jsonb NOT NULL,
	"settings" jsonb NOT NULL,
	"took_ms" real NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "search_queries_user_id_id_unique" UNIQUE("user_id","id"),
	CONSTRAINT "search_queries_took_valid" CHECK ("search_queries"."took_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "search_results" (
	"query_id" uuid NOT NULL,
	"rank" integer NOT NULL,
	"user_id" uuid NOT NULL,
	"transcript_id" uuid NOT NULL,
	"chunk_id" uuid,
	"start_ms" integer,
	"end_ms" integer,
	"score" real NOT NULL,
	"scores" jsonb NOT NULL,
	"verdict" varchar(50),
	"judged_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "search_results_query_id_rank_pk" PRIMARY KEY("query_id","rank"),
	CONSTRAINT "search_results_rank_valid" CHECK ("search_results"."rank" > 0),
	CONSTRAINT "search_results_times_valid" CHECK ("search_results"."start_ms" >= 0 and "search_results"."end_ms" >= "search_results"."start_ms"),
	CONSTRAINT "search_results_judged" CHECK (("search_results"."verdict" is null) = ("search_results"."judged_at" is null)),
	CONSTRAINT "search_results_verdict_valid" CHECK ("search_results"."verdict" in ('right', 'wrong'))
);
--> statement-breakpoint
DROP INDEX "messages_conversation_id_position_index";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "active" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "search_history" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "message_events" ADD CONSTRAINT "message_events_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_leases" ADD CONSTRAINT "message_leases_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_queries" ADD CONSTRAINT "search_queries_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_results" ADD CONSTRAINT "search_results_chunk_id_chunks_id_fk" FOREIGN KEY ("chunk_id") REFERENCES "public"."chunks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_results" ADD CONSTRAINT "search_results_query_fk" FOREIGN KEY ("user_id","query_id") REFERENCES "public"."search_queries"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_results" ADD CONSTRAINT "search_results_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- A conversation is one path now, with branches beside it. What has no parent goes behind the message before it.
UPDATE "messages" AS m SET "parent_id" = (
  SELECT p.id FROM "messages" AS p
  WHERE p.conversation_id = m.conversation_id AND p.position < m.position
  ORDER BY p.position DESC LIMIT 1)
WHERE m.parent_id IS NULL;
--> statement-breakpoint
-- Of two replies to one message, written in the same moment, the path to the newest message is shown.
WITH RECURSIVE path AS (
  SELECT * FROM (
    SELECT DISTINCT ON (conversation_id) id, conversation_id, parent_id FROM "messages"
    ORDER BY conversation_id, position DESC) AS newest
  UNION ALL
  SELECT m.id, m.conversation_id, m.parent_id FROM path
  JOIN "messages" AS m ON m.conversation_id = path.conversation_id AND m.id = path.parent_id
)
UPDATE "messages" SET "active" = false WHERE "id" NOT IN (SELECT id FROM path);
--> statement-breakpoint
CREATE INDEX "message_leases_writer_index" ON "message_leases" USING btree ("writer");--> statement-breakpoint
CREATE INDEX "search_queries_user_id_created_at_index" ON "search_queries" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "search_queries_created_at_index" ON "search_queries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "search_results_transcript_id_index" ON "search_results" USING btree ("user_id","transcript_id");--> statement-breakpoint
CREATE INDEX "search_results_chunk_id_index" ON "search_results" USING btree ("chunk_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_active_reply_unique" ON "messages" USING btree ("conversation_id",coalesce("parent_id", "conversation_id")) WHERE "messages"."active";--> statement-breakpoint
CREATE INDEX "messages_conversation_id_position_index" ON "messages" USING btree ("conversation_id","position") WHERE "messages"."active";