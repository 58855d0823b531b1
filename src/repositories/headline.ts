import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** Around the words that match; control characters, which no transcript contains by accident. */
export const MARK_START = '\u0002';
export const MARK_STOP = '\u0003';

/**
 * A text with {@link MARK_START} and {@link MARK_STOP} around the words of terms. PostgreSQL knows
 * which words a term stands for; nobody else stems exactly like it.
 */
export function headline(
  searchConfig: SQLWrapper,
  text: SQLWrapper,
  terms: readonly string[],
): SQL<string> {
  if (terms.length === 0) return sql<string>`${text}`;
  const query = terms.map(quoteLexeme).join(' | ');
  const options = `HighlightAll=true, StartSel="${MARK_START}", StopSel="${MARK_STOP}"`;
  return sql<string>`ts_headline(${searchConfig}::regconfig, ${text}, ${query}::tsquery, ${options})`;
}

/** https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY */
function quoteLexeme(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
