ALTER TABLE "users" DROP COLUMN "closed_at";
--> statement-breakpoint
ALTER TABLE "batches" DROP CONSTRAINT "batches_request_hash_whole";
--> statement-breakpoint
DROP INDEX "batches_idempotency_key_unique";
--> statement-breakpoint
ALTER TABLE "batches" DROP COLUMN "request_hash";
--> statement-breakpoint
ALTER TABLE "batches" DROP COLUMN "idempotency_key";
