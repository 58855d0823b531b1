import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { visitXml, type XmlElement } from './xml-events.ts';
import { readDecimal } from './xml-times.ts';
import { createYouTubeCues, type YouTubeCaption } from './youtube-cues.ts';
import type { YouTubePiece } from './youtube-words.ts';

const openParagraph = ({ attributes }: XmlElement, line: number): YouTubeCaption => {
  const { t, d } = attributes;
  return {
    startMs: readDecimal(t, 't', 1, line),
    durationMs: d === undefined ? null : readDecimal(d, 'd', 1, line),
    pieces: [],
    line,
  };
};

const openPiece = ({ attributes }: XmlElement, line: number): YouTubePiece => {
  const { t, ac } = attributes;
  return {
    text: '',
    offsetMs: t === undefined ? null : readDecimal(t, 't', 1, line),
    certainty: ac === undefined ? 0 : Number(ac),
  };
};

/**
 * Reads the `srv3` captions of YouTube: `<timedtext format="3"><body><p t="0" d="1500"><s>…`, in ms.
 * Rows that append (`a="1"`) hold a newline, and are no captions.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line.
 */
export function* readSrv3(text: string): Steps<ParsedTranscript> {
  const { add, finish } = createYouTubeCues('srv3');
  const path: string[] = [];
  let open: YouTubeCaption | undefined;
  let appends = false;
  let piece: YouTubePiece | undefined;
  yield* visitXml(text, {
    open(element, line) {
      if (path.length === 0 && element.name !== 'timedtext') {
        const found = quoted(element.name);
        throw unreadableLine(line, `expected srv3 captions in <timedtext>, found ${found}`);
      }
      path.push(element.name);
      if (element.name === 'p' && !open) {
        open = openParagraph(element, line);
        appends = element.attributes.a === '1';
        piece = undefined;
      } else if (open && element.name === 's') {
        piece = openPiece(element, line);
        open.pieces.push(piece);
      } else if (element.name === 'br' && piece) {
        piece.text += '\n';
      }
    },
    text(part) {
      if (!open) return;
      if (!piece) {
        piece = { text: '', offsetMs: null, certainty: 0 };
        open.pieces.push(piece);
      }
      piece.text += part;
    },
    close() {
      const name = path.pop();
      if (name === 's') piece = undefined;
      if (name !== 'p' || !open) return;
      const isNewline = appends && open.pieces.every(({ text: part }) => part.trim() === '');
      if (!isNewline) add(open);
      open = undefined;
    },
  });
  return yield* finish(null);
}
