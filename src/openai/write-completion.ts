import type { ComposedAnswer, CompositionEvent } from '../chat/compose-answer.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { FinishReason, UrlCitation } from '../schemas/openai-completions.ts';
import { momentUrl } from '../transcripts/youtube.ts';
import { annotate } from './annotate.ts';
import { createMarkdownWriter } from './markdown.ts';
import { readPieces } from './pieces.ts';
import { createStopFilter } from './stop-filter.ts';
import { createTokenLimit } from './token-limit.ts';

/** How a completion is to end, and what its links lead to. */
type CompletionLimits = {
  stops: readonly string[];
  /** In tokens; undefined: none. */
  maxTokens: number | undefined;
  /** The origin of this API, for transcripts without a video. */
  origin: string;
  titleOf(transcriptId: string): Promise<string | null>;
  /** Aborted, it ends the completion, whether or not the answerer listens to it. */
  signal: AbortSignal;
};

/** How a completion ended; `answer` is undefined when it was cut short. */
export type CompletionEnd = {
  content: string;
  finishReason: FinishReason;
  annotations: UrlCitation[];
  answer: ComposedAnswer | undefined;
};

/**
 * Writes an answer as a chat client shows it: Markdown with a link at each citation. No piece
 * ends within a link, and the first one, which is empty, comes when the passages were found.
 *
 * @returns by `return`, how it ended
 */
export async function* writeCompletion(
  events: AsyncGenerator<CompositionEvent, ComposedAnswer>,
  { stops, maxTokens, origin, titleOf, signal }: CompletionLimits,
): AsyncGenerator<string, CompletionEnd> {
  const filter = createStopFilter(stops);
  const take = createTokenLimit(maxTokens);
  const markdown = createMarkdownWriter();
  const annotations: UrlCitation[] = [];
  let answer: ComposedAnswer | undefined;
  let finishReason: FinishReason | undefined;

  const write = (text: string): string => {
    const taken = take(text);
    if (taken !== text) finishReason = 'length';
    return markdown.text(taken);
  };
  const mark = async (citation: CitationWithMoment): Promise<string> => {
    const marker = `[${citation.number}]`;
    if (take(marker) !== marker) {
      finishReason = 'length';
      return '';
    }
    const url = momentUrl(citation.youtubeVideoId, citation.startMs, citation.duration);
    const written = markdown.marker(citation.number, url);
    const title = citation.transcriptId === null ? null : await titleOf(citation.transcriptId);
    const annotation = annotate(citation, title, url, origin, written);
    if (annotation) annotations.push(annotation);
    return written.text;
  };

  for await (const piece of readPieces(events, (whole) => {
    answer = whole;
  })) {
    signal.throwIfAborted();
    if (piece.type === 'begin') yield '';
    let text = '';
    if (piece.type === 'text') {
      const passed = filter.push(piece.text);
      text = write(passed.text);
      if (passed.isStopped) finishReason ??= 'stop';
    } else if (piece.type === 'marker') {
      text = write(filter.flush());
      if (!finishReason) text += await mark(piece.citation);
    }
    if (text !== '') yield text;
    if (finishReason) break;
  }
  const rest = finishReason ? '' : write(filter.flush());
  if (rest !== '') yield rest;
  const content = markdown.content();
  finishReason ??= answer?.isCut ? 'length' : 'stop';
  return { content, finishReason, annotations, answer };
}
