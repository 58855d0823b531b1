-- The extension stays: it may have been there before, and other schemas may use it.
ALTER TABLE "postings" RENAME TO "new_postings";
--> statement-breakpoint
CREATE TABLE "postings" (
	"user_id" uuid NOT NULL,
	"term" text NOT NULL,
	"transcript_id" uuid NOT NULL,
	"chunk_indexes" integer[] NOT NULL,
	"frequencies" smallint[] NOT NULL,
	"lengths" smallint[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
INSERT INTO "postings" ("user_id", "term", "transcript_id", "chunk_indexes", "frequencies", "lengths")
SELECT t.user_id, t.term, s.transcript_id, e.chunk_indexes, e.frequencies, e.lengths
FROM "new_postings" AS p
JOIN "terms" AS t ON t.id = p.term_id
JOIN "corpus_stats" AS s ON s.key = p.transcript_key,
  LATERAL (
    SELECT array_agg(entry >> 8 ORDER BY entry) AS chunk_indexes,
      array_agg(((entry & 255) + 1)::smallint ORDER BY entry) AS frequencies,
      array_agg(s.lengths[(entry >> 8) + 1] ORDER BY entry) AS lengths
    FROM unnest(array_prepend(p.first_entry, p.other_entries)) AS entry) AS e;
--> statement-breakpoint
DROP TABLE "new_postings";
--> statement-breakpoint
DROP TABLE "terms";
--> statement-breakpoint
DROP TABLE "stale_vocabularies";
--> statement-breakpoint
ALTER TABLE "corpus_stats" DROP COLUMN "lengths";
--> statement-breakpoint
ALTER TABLE "corpus_stats" DROP COLUMN "key";
--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_user_id_term_transcript_id_pk" PRIMARY KEY("user_id","term","transcript_id");
--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_arrays_parallel" CHECK (cardinality("postings"."chunk_indexes") > 0 and cardinality("postings"."chunk_indexes") = cardinality("postings"."frequencies") and cardinality("postings"."chunk_indexes") = cardinality("postings"."lengths"));
--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_transcript_fk" FOREIGN KEY ("user_id","transcript_id") REFERENCES "public"."transcripts"("user_id","id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "postings_transcript_index" ON "postings" USING btree ("transcript_id");
--> statement-breakpoint
CREATE INDEX "postings_term_trigram_index" ON "postings" USING gin ("term" gin_trgm_ops);
