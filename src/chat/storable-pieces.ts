const NUL = /\0/g;
const HALF_AT_END = /[\ud800-\udbff]$/;

/**
 * Pieces of text as any database stores them: a character that comes in two halves is put together,
 * and what is no character becomes U+FFFD. Places in the text stay what they were.
 */
export async function* storablePieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let half = '';
  for await (const piece of pieces) {
    const text = half + piece;
    half = HALF_AT_END.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - half.length);
    if (whole !== '') yield whole.toWellFormed().replace(NUL, '\ufffd');
  }
  if (half !== '') yield '\ufffd';
}
