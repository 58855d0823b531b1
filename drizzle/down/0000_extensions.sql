-- The extensions stay: they may have been there before, and other schemas may use them.
DROP FUNCTION public.parley_search_vector(text, text);
--> statement-breakpoint
DROP TEXT SEARCH CONFIGURATION public.parley_simple;
