ALTER TABLE "batches" ADD COLUMN "idempotency_key" varchar(255);--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "request_hash" varchar(64);--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "batches_idempotency_key_unique" ON "batches" USING btree ("user_id","idempotency_key") WHERE "batches"."idempotency_key" is not null;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_request_hash_whole" CHECK (("batches"."idempotency_key" is null) = ("batches"."request_hash" is null));--> statement-breakpoint
-- Those whose deletion was asked for.
UPDATE "users" SET "closed_at" = "j"."created_at" FROM "jobs" AS "j"
WHERE "j"."user_id" = "users"."id" AND "j"."type" = 'delete-account';
