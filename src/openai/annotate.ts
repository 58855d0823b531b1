import { clock } from '../chat/clock.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { UrlCitation } from '../schemas/openai-completions.ts';

/**
 * What a client is told of a citation beside the text.
 *
 * @param url the moment in the video; null for a transcript without one, which is then named by its
 *   address in this API
 * @param origin of this API
 * @param span of the marker in the content
 * @returns undefined for a transcript that is gone
 */
export function annotate(
  { transcriptId, startMs }: CitationWithMoment,
  title: string | null,
  url: string | null,
  origin: string,
  span: { start: number; end: number },
): UrlCitation | undefined {
  if (transcriptId === null) return undefined;
  const seconds = startMs === null ? undefined : Math.floor(startMs / 1_000);
  // As in https://www.w3.org/TR/media-frags/#naming-time
  const fragment = seconds === undefined ? '' : `#t=${seconds}`;
  const moment = startMs === null ? '' : `, ${clock(startMs)}`;
  return {
    type: 'url_citation',
    url_citation: {
      start_index: span.start,
      end_index: span.end,
      title: `${title ?? 'Untitled transcript'}${moment}`,
      url: url ?? `${origin}/v1/transcripts/${transcriptId}${fragment}`,
    },
  };
}
