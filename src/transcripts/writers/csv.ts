import { formatTimestamp } from '../formats/timestamps.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

const COLUMNS = ['position', 'startMs', 'endMs', 'start', 'end', 'speaker', 'text', 'confidence'];

/**
 * What a spreadsheet takes for the beginning of a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection), also in the full width of East Asia.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Text as a cell. It is always quoted: a spreadsheet may take another character for the comma. */
const textCell = (text: string | null): string => {
  if (text === null) return '';
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
};

const timeCell = (ms: number | null): string => (ms === null ? '' : formatTimestamp(ms, '.'));

const row = (cells: readonly (string | number | null)[]): string => `${cells.join(',')}\r\n`;

/**
 * Writes CSV (RFC 4180) with a header, in UTF-8. A cell that a spreadsheet would run as a formula
 * has an apostrophe in front.
 */
export const createCsvWriter = (): TranscriptWriter => ({
  begin: () => row(COLUMNS),
  segment: ({ position, startMs, endMs, speaker, text, confidence }) =>
    row([
      position,
      startMs,
      endMs,
      timeCell(startMs),
      timeCell(endMs),
      textCell(speaker),
      textCell(text),
      confidence,
    ]),
  end: () => '',
});
