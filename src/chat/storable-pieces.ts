import { AppError } from '../errors.ts';
import { storableText } from '../storable.ts';

/** In UTF-16 code units: more than anybody reads, and little enough to be held in memory. */
const LONGEST_ANSWER = 200_000;

const HALF_AT_END = /[\ud800-\udbff]$/;

/**
 * Pieces of text as any database stores them: a character that comes in two halves is put together,
 * and what is no character becomes U+FFFD. Places in the text stay what they were.
 *
 * @throws AppError `model_failed` when there is more text than an answer may have
 */
export async function* storablePieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let half = '';
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > LONGEST_ANSWER) throw new AppError('model_failed', 'The answer is too long.');
    const text = half + piece;
    half = HALF_AT_END.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - half.length);
    if (whole !== '') yield storableText(whole);
  }
  if (half !== '') yield '\ufffd';
}
