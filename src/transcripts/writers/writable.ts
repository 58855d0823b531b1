import { AppError } from '../../errors.ts';
import type { Segment } from '../../schemas/segments.ts';
import type { TimeRange } from '../formats/timestamps.ts';

/**
 * The times of a segment, for a format that cannot do without them.
 *
 * @throws AppError `not_acceptable` when the segment has none: made-up times would be a lie.
 */
export const writableTimes = (segment: Segment, index: number, format: string): TimeRange => {
  const { startMs, endMs } = segment;
  if (startMs !== null && endMs !== null) return { startMs, endMs };
  throw new AppError(
    'not_acceptable',
    `A transcript without times cannot be written as ${format}.`,
    {
      errors: [{ path: `/segments/${index}/startMs`, message: 'this segment has no times' }],
    },
  );
};
