import { clock } from './clock.ts';
import type { CitablePassage } from './passages.ts';

/**
 * A passage as a model reads it: its id, the recording's title, and who says what when. Nothing in
 * it can end the fence around it, because nobody who writes a passage knows the fence.
 */
export function showPassage({ id, title, segments }: CitablePassage): string {
  const lines: string[] = [];
  let last: string | null | undefined;
  for (const { speaker, startMs, text } of segments) {
    if (lines.length > 0 && speaker === last) lines[lines.length - 1] += ` ${text}`;
    else {
      const at = startMs === null ? '' : ` (${clock(startMs)})`;
      lines.push(`${oneLine(speaker ?? 'Speaker')}${at}: ${text}`);
    }
    last = speaker;
  }
  return [`[${id}] ${oneLine(title ?? 'Untitled')}`, ...lines].join('\n');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
