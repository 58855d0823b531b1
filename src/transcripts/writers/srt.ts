import type { Segment } from '../../schemas/segments.ts';
import { labelled } from '../formats/labels.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { writableTimes } from './writable.ts';

/**
 * Writes SubRip, with the speaker of each segment in front of its text.
 *
 * @throws AppError `not_acceptable` when a segment has no times.
 */
export const writeSrt = (segments: readonly Segment[]): string =>
  segments
    .map((segment, index) => {
      const { startMs, endMs } = writableTimes(segment, index, 'SRT');
      const range = `${formatTimestamp(startMs, ',')} --> ${formatTimestamp(endMs, ',')}`;
      const body = labelled(segment.speaker, withoutBlankLines(segment.text));
      return `${index + 1}\n${range}\n${body}\n`;
    })
    .join('\n');
