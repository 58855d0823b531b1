import type { Segment } from '../../schemas/segments.ts';
import { labelled } from '../formats/labels.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { onOneLine } from '../text-lines.ts';

/**
 * Writes one line per segment, `[00:12:34] Speaker: text`; the time, in whole seconds, is left out
 * in a transcript without times.
 */
export const writePlainText = (segments: readonly Segment[]): string => {
  const lines = segments.map(({ startMs, speaker, text }) => {
    const time = startMs === null ? '' : `[${formatTimestamp(startMs)}] `;
    return `${time}${labelled(speaker, onOneLine(text))}\n`;
  });
  return lines.join('');
};
