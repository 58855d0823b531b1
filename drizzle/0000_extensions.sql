CREATE EXTENSION IF NOT EXISTS vector;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- For languages that PostgreSQL has no stemmer for: lower-cased words without their accents.
CREATE TEXT SEARCH CONFIGURATION public.parley_simple (COPY = pg_catalog.simple);
--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION public.parley_simple
  ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.simple;
--> statement-breakpoint
-- The terms of a text. Chinese, Japanese and Korean are written without spaces, so their runs
-- become character bigrams: first the pairs at even places, then, one character later, the pairs
-- at odd places; what is left over of a run has been in a pair before. IMMUTABLE, because a
-- generated column calls it: a configuration that is changed later needs a re-index.
CREATE FUNCTION public.parley_search_vector(config text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE
    WHEN body ~ '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]' THEN
      to_tsvector(config::regconfig,
        regexp_replace(body, '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+', ' ', 'g'))
      || to_tsvector('pg_catalog.simple', regexp_replace(
        regexp_replace(body, '[^\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+', ' ', 'g'),
        '([^ ][^ ])([^ ](?= |$))?', '\1 ', 'g'))
      || to_tsvector('pg_catalog.simple', regexp_replace(
        regexp_replace(
          regexp_replace(body, '[^\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+', ' ', 'g'),
          '(^| )[^ ]', '\1', 'g'),
        '([^ ][^ ])|[^ ]', '\1 ', 'g'))
    ELSE to_tsvector(config::regconfig, body)
  END
$$;
