DELETE FROM "transcript_speakers";
--> statement-breakpoint
UPDATE "transcript_revisions" SET "receipt" = "receipt" - '{trackKind,cuesRead,wordsRead,merged,dropped,overlapping,outOfOrder,lowConfidence}'::text[];
