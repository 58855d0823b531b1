import { encodeEntities } from '../formats/entities.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { OWN_HEADER } from '../formats/webvtt-header.ts';
import { cleanSpeaker } from '../speakers.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { wrapLines } from './line-wrapping.ts';
import type { TranscriptWriter } from './transcript-writer.ts';
import { withWordTimes } from './word-times.ts';
import { writableTimes } from './writable.ts';

type WebVttOptions = {
  /** Longer lines are broken between words; see `wrapLines`. */
  maxCharsPerLine?: number | undefined;
  /** Whether the times of words are written, where they are known. */
  wordTimes?: boolean | undefined;
};

/** The voice that speaks a cue; `splitVoices` reads it. */
const voiceTag = (speaker: string | null): string => {
  const name = cleanSpeaker(speaker);
  return name === null ? '' : `<v ${encodeEntities(name)}>`;
};

/**
 * Writes WebVTT (https://www.w3.org/TR/webvtt1/), with speakers as voices.
 *
 * @throws AppError `not_acceptable` when a segment has no times.
 */
export const createWebVttWriter = ({
  maxCharsPerLine = Number.POSITIVE_INFINITY,
  wordTimes = false,
}: WebVttOptions = {}): TranscriptWriter => ({
  begin: () => `${OWN_HEADER}\n`,
  segment(segment, index) {
    const { startMs, endMs } = writableTimes(segment, index, 'WebVTT');
    const range = `${formatTimestamp(startMs, '.')} --> ${formatTimestamp(endMs, '.')}`;
    const text = wrapLines(withoutBlankLines(segment.text), maxCharsPerLine);
    const words = (wordTimes && segment.words) || [];
    const markup = withWordTimes(text, words, { startMs, endMs }, encodeEntities);
    return `\n${range}\n${voiceTag(segment.speaker)}${markup}\n`;
  },
  end: () => '',
});
