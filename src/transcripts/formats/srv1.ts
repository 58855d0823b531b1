import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { decodeEntities } from './entities.ts';
import { visitXml } from './xml-events.ts';
import { readDecimal } from './xml-times.ts';
import { createYouTubeCues } from './youtube-cues.ts';

// Markup is escaped like everything else: `&lt;i&gt;`.
const TAGS = /<\/?(?:b|i|u|s|font)(?:\s[^<>]*)?>/gi;

/** Entities are escaped twice, so that XML leaves `&#39;` where an apostrophe was. */
const toText = (escaped: string): string => decodeEntities(escaped).replace(TAGS, '');

/**
 * Reads the `srv1` captions of YouTube: `<transcript><text start="1.2" dur="3.4">…`, in seconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line.
 */
export function* readSrv1(text: string): Steps<ParsedTranscript> {
  const { add, finish } = createYouTubeCues('srv1');
  let depth = 0;
  let open: { startMs: number; durationMs: number | null; line: number; text: string } | undefined;
  yield* visitXml(text, {
    open({ name, attributes }, line) {
      if (depth === 0 && name !== 'transcript') {
        throw unreadableLine(line, `expected srv1 captions in <transcript>, found ${quoted(name)}`);
      }
      depth += 1;
      if (depth !== 2 || name !== 'text') return;
      const { start, dur } = attributes;
      const startMs = readDecimal(start, 'start', 1_000, line);
      const durationMs = dur === undefined ? null : readDecimal(dur, 'dur', 1_000, line);
      open = { startMs, durationMs, line, text: '' };
    },
    text(part) {
      if (open) open.text += part;
    },
    close() {
      depth -= 1;
      if (depth !== 1 || !open) return;
      const { startMs, durationMs, line } = open;
      const pieces = [{ text: toText(open.text), offsetMs: null, certainty: 0 }];
      add({ startMs, durationMs, line, pieces });
      open = undefined;
    },
  });
  return yield* finish(null);
}
