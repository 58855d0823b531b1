import type { Segment } from '../../schemas/segments.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { withVoice } from '../formats/webvtt-voices.ts';
import { writableTimes } from './writable.ts';

/**
 * Writes WebVTT, with speakers as voices.
 *
 * @throws AppError `not_acceptable` when a segment has no times.
 */
export const writeWebVtt = (segments: readonly Segment[]): string => {
  const cues = segments.map((segment, index) => {
    const { startMs, endMs } = writableTimes(segment, index, 'WebVTT');
    const range = `${formatTimestamp(startMs, '.')} --> ${formatTimestamp(endMs, '.')}`;
    return `${range}\n${withVoice(segment)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
};
