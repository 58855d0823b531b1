import { labelled } from '../formats/labels.ts';
import { protectSrtText } from '../formats/srt-markup.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { wrapLines } from './line-wrapping.ts';
import type { TranscriptWriter } from './transcript-writer.ts';
import { writableTimes } from './writable.ts';

/**
 * Writes SubRip, with the speaker of each segment in front of its text.
 *
 * @param maxCharsPerLine Longer lines are broken between words; see `wrapLines`.
 *
 * @throws AppError `not_acceptable` when a segment has no times.
 */
export const createSrtWriter = (maxCharsPerLine = Number.POSITIVE_INFINITY): TranscriptWriter => ({
  begin: () => '',
  segment(segment, index) {
    const { startMs, endMs } = writableTimes(segment, index, 'SRT');
    const range = `${formatTimestamp(startMs, ',')} --> ${formatTimestamp(endMs, ',')}`;
    const label = protectSrtText(labelled(segment.speaker, ''));
    const said = protectSrtText(withoutBlankLines(segment.text));
    const text = wrapLines(said, maxCharsPerLine, label);
    return `${index === 0 ? '' : '\n'}${index + 1}\n${range}\n${label}${text}\n`;
  },
  end: () => '',
});
