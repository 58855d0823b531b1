DROP TRIGGER touch_conversation ON "messages";
--> statement-breakpoint
DROP FUNCTION public.parley_touch_conversation();
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "users";
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "conversations";
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "transcripts";
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "templates";
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "media_sources";
--> statement-breakpoint
DROP TRIGGER set_updated_at ON "config";
--> statement-breakpoint
DROP FUNCTION public.parley_set_updated_at();
--> statement-breakpoint
ALTER TABLE "vector_embeddings" ALTER COLUMN "embedding" SET STORAGE EXTERNAL;
