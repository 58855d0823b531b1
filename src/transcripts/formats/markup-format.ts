import type { TranscriptFormat } from '../../schemas/receipts.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { rootElement } from './root-element.ts';

const FORMATS = new Map<string, TranscriptFormat>([
  ['tt', 'ttml'],
  ['timedtext', 'srv3'],
  ['transcript', 'srv1'],
]);

/**
 * Tells which format markup is in, from its outermost element; undefined for text.
 *
 * @throws AppError `unreadable_transcript` for HTML, such as the page that a blocked download
 * answers with, and for other XML.
 */
export const markupFormat = (text: string): TranscriptFormat | undefined => {
  const root = rootElement(text, [...FORMATS.keys(), 'html']);
  if (root === undefined) return undefined;
  const format = FORMATS.get(root);
  if (format) return format;
  if (root === 'html' || /<!doctype\s+html\b/i.test(text.slice(0, 1_000))) {
    throw unreadableLine(1, 'expected a transcript, found a web page (HTML)');
  }
  const found = quoted(text.trimStart().split('\n', 1)[0] ?? '');
  throw unreadableLine(1, `expected TTML, srv1 or srv3 captions, found other XML: ${found}`);
};
