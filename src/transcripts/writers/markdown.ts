import type { Chapter } from '../../schemas/chapters.ts';
import type { ExportHeader } from '../../schemas/exports.ts';
import type { Segment } from '../../schemas/segments.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { momentUrl, parseYoutubeId } from '../youtube.ts';
import { markdownLink, markdownText } from './markdown-text.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

/** The part of a recording that is written, in ms; all of it where a bound is missing. */
type Range = { fromMs?: number | undefined; toMs?: number | undefined };

/** A turn that goes on for longer, in characters, gets another paragraph, with its time. */
const PARAGRAPH_LENGTH = 800;

/** The chapters of which something lies within the range; each lasts until the next one. */
const chaptersWithin = (
  chapters: readonly Chapter[],
  { fromMs = 0, toMs = Number.POSITIVE_INFINITY }: Range,
): Chapter[] =>
  chapters.filter(({ startMs }, index) => {
    const endMs = chapters[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    return startMs < toMs && endMs > fromMs;
  });

const heading = ({ transcript, source }: ExportHeader): string => {
  const { title, channelName, youtubeVideoId } = transcript;
  const video = parseYoutubeId(youtubeVideoId ?? '') ?? null;
  const address = momentUrl(video, null, null) ?? source?.url ?? null;
  const channel = channelName ?? source?.channel;
  const facts = [
    channel ? markdownText(channel) : '',
    source?.publishedAt?.slice(0, 10) ?? '',
    address === null ? '' : markdownLink(markdownText(address), address),
  ].filter((fact) => fact !== '');
  return [`# ${markdownText(title ?? 'Transcript')}`, facts.join(' · ')]
    .filter((line) => line !== '')
    .join('\n\n');
};

/**
 * Writes Markdown to be read: the title, where it comes from, a heading for each chapter, and a
 * paragraph for each turn. With a video each time is a link to its moment. What was said is text
 * and nothing else, whatever is in it.
 */
export const createMarkdownWriter = (header: ExportHeader, range: Range = {}): TranscriptWriter => {
  const { youtubeVideoId, duration, chapters } = header.transcript;
  const video = parseYoutubeId(youtubeVideoId ?? '') ?? null;
  const waiting = chaptersWithin(chapters, range);
  let speaker: string | null = null;
  let timed = false;
  let length = Number.POSITIVE_INFINITY;

  const moment = (startMs: number): string =>
    markdownLink(formatTimestamp(startMs), momentUrl(video, startMs, duration));

  /** The headings of the chapters that have begun by a time. */
  const headingsUntil = (ms: number): string => {
    const next = waiting.findIndex(({ startMs }) => startMs > ms);
    const begun = waiting.splice(0, next === -1 ? waiting.length : next);
    return begun
      .map(({ startMs, title }) => `\n\n## ${markdownText(title)} ${moment(startMs)}`)
      .join('');
  };

  const introduction = (segment: Segment): string => {
    const name = segment.speaker === null ? '' : `**${markdownText(segment.speaker)}** `;
    return segment.startMs === null ? name : `${name}${moment(segment.startMs)} `;
  };

  return {
    begin: () => heading(header),
    segment(segment) {
      const text = markdownText(segment.text);
      timed = segment.startMs !== null;
      const headings = segment.startMs === null ? '' : headingsUntil(segment.startMs);
      const goesOn = headings === '' && speaker === segment.speaker && length < PARAGRAPH_LENGTH;
      if (goesOn) {
        length += text.length;
        return ` ${text}`;
      }
      speaker = segment.speaker;
      length = text.length;
      return `${headings}\n\n${introduction(segment)}${text}`;
    },
    end: () => `${timed ? headingsUntil(Number.POSITIVE_INFINITY) : ''}\n`,
  };
};
