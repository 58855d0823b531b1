/**
 * The pieces of a generator for `for await`, which would lose what it returns; whoever leaves the
 * loop early ends the generator.
 *
 * @param onEnd hears what it returns, if it comes to that
 */
export async function* passOn<Piece, End>(
  pieces: AsyncGenerator<Piece, End>,
  onEnd: (end: End) => void,
): AsyncGenerator<Piece, void> {
  onEnd(yield* pieces);
}
