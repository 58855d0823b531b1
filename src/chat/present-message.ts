import type { CitationWithMoment } from '../repositories/citations.ts';
import type { MessageWithCitations } from '../repositories/messages.ts';
import type { Citation, Message } from '../schemas/messages.ts';
import { momentUrl } from '../transcripts/youtube.ts';

/** A stored message as callers see it; deep links are built now, from what the video is now. */
export function presentMessage(row: MessageWithCitations): Message {
  const { id, conversationId, parentId, role, content, status, createdAt, metadata } = row;
  return {
    id,
    conversationId,
    parentId,
    role,
    content,
    status,
    createdAt,
    citations: row.citations.map(presentCitation),
    coverage: metadata.coverage ?? null,
    usage: metadata.usage ?? null,
  };
}

/** A citation as callers see it. */
export function presentCitation(citation: CitationWithMoment): Citation {
  const { startMs, youtubeVideoId, duration } = citation;
  return {
    number: citation.number,
    transcriptId: citation.transcriptId,
    revision: citation.revision,
    segments: [citation.firstSegment, citation.lastSegment],
    startMs,
    endMs: citation.endMs,
    speaker: citation.speaker,
    quote: citation.quote,
    quoteMatch: citation.quoteMatch,
    answerStart: citation.answerStart,
    answerEnd: citation.answerEnd,
    url: momentUrl(youtubeVideoId, startMs, duration),
  };
}
