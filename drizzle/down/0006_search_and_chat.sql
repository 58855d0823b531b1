DROP INDEX "messages_active_reply_unique";
--> statement-breakpoint
DROP INDEX "messages_conversation_id_position_index";
--> statement-breakpoint
ALTER TABLE "messages" DROP COLUMN "active";
--> statement-breakpoint
CREATE INDEX "messages_conversation_id_position_index" ON "messages" USING btree ("conversation_id","position");
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "search_history";
--> statement-breakpoint
DROP TABLE "search_results";
--> statement-breakpoint
DROP TABLE "search_queries";
--> statement-breakpoint
DROP TABLE "message_leases";
--> statement-breakpoint
DROP TABLE "message_events";
