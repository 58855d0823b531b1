import { labelled } from '../formats/labels.ts';
import { formatTimestamp } from '../formats/timestamps.ts';
import { onOneLine } from '../text-lines.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

type PlainTextOptions = { times?: boolean | undefined; speakers?: boolean | undefined };

/**
 * Writes one line per segment, `[00:12:34] Speaker: text`; the time, in whole seconds, is left out
 * in a transcript without times.
 */
export const createPlainTextWriter = ({
  times = true,
  speakers = true,
}: PlainTextOptions = {}): TranscriptWriter => ({
  begin: () => '',
  segment({ startMs, speaker, text }) {
    const time = startMs === null || !times ? '' : `[${formatTimestamp(startMs)}] `;
    return `${time}${labelled(speakers ? speaker : null, onOneLine(text))}\n`;
  },
  end: () => '',
});
