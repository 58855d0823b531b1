-- Receipts of earlier imports get what later ones say; what nobody counted then is 0.
UPDATE "transcript_revisions" SET "receipt" = "receipt" || jsonb_build_object(
  'trackKind', "track_kind",
  'cuesRead', ("receipt" ->> 'segments')::integer + coalesce((
    SELECT sum((w ->> 'count')::integer) FROM jsonb_array_elements("receipt" -> 'warnings') AS w
    WHERE w ->> 'code' = 'empty_cue'), 0),
  'wordsRead', ("receipt" ->> 'words')::integer,
  'merged', 0,
  'dropped', coalesce((
    SELECT sum((w ->> 'count')::integer) FROM jsonb_array_elements("receipt" -> 'warnings') AS w
    WHERE w ->> 'code' = 'empty_cue'), 0),
  'overlapping', coalesce((
    SELECT sum((w ->> 'count')::integer) FROM jsonb_array_elements("receipt" -> 'warnings') AS w
    WHERE w ->> 'code' = 'overlapping'), 0),
  'outOfOrder', coalesce((
    SELECT sum((w ->> 'count')::integer) FROM jsonb_array_elements("receipt" -> 'warnings') AS w
    WHERE w ->> 'code' = 'out_of_order'), 0),
  'lowConfidence', (
    SELECT count(*) FROM "segments" AS s
    WHERE s.revision_id = "transcript_revisions"."id" AND s.confidence < exp(-1)))
WHERE NOT "receipt" ? 'trackKind';
--> statement-breakpoint
INSERT INTO "transcript_speakers" ("user_id", "transcript_id", "label", "segment_count")
SELECT t.user_id, t.id, s.speaker_label, count(*)
FROM "transcripts" AS t JOIN "segments" AS s ON s.revision_id = t.current_revision_id
WHERE s.speaker_label IS NOT NULL
GROUP BY t.user_id, t.id, s.speaker_label
ON CONFLICT DO NOTHING;
