import type { CitationWithMoment } from '../repositories/citations.ts';
import type { MessageWithCitations } from '../repositories/messages.ts';
import type { Citation, CitationAnchor, Message } from '../schemas/messages.ts';
import { momentUrl } from '../transcripts/youtube.ts';

/** A stored message as callers see it; deep links are built now, from what the video is now. */
export function presentMessage(row: MessageWithCitations): Message {
  const { id, conversationId, parentId, role, content, status, createdAt, metadata } = row;
  return {
    id,
    conversationId,
    parentId,
    siblingIds: row.siblingIds,
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
  const anchor = presentAnchor(citation);
  const linkMs = anchor.status === 'moved' ? (anchor.startMs ?? startMs) : startMs;
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
    anchor,
    url: momentUrl(youtubeVideoId, linkMs, duration),
  };
}

/** Where the words are now; a citation of the current revision is where it says it is. */
function presentAnchor({ anchor, ...citation }: CitationWithMoment): CitationAnchor {
  if (citation.transcriptId === null) {
    const nowhere = { segments: null, startMs: null, endMs: null };
    return { status: 'lost', revision: citation.revision, ...nowhere };
  }
  const { revision, firstSegment, lastSegment, startMs, endMs } = anchor ?? citation;
  return {
    status: anchor?.status ?? 'anchored',
    revision,
    segments: firstSegment === null || lastSegment === null ? null : [firstSegment, lastSegment],
    startMs,
    endMs,
  };
}
