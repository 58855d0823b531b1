import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { mostTokensOf, TokenCount } from './counted-tokens.ts';
import { modelFailed } from './model-errors.ts';

const EmbeddingsAnswer = Compile(
  Type.Object({
    data: Type.Array(
      Type.Object({
        index: Type.Optional(Type.Integer()),
        // Base64 of little-endian 32-bit floats, which some send whatever was asked for.
        embedding: Type.Union([Type.Array(Type.Number()), Type.String()]),
      }),
    ),
  }),
);

const CountedAnswer = Compile(Type.Object({ usage: Type.Object({ prompt_tokens: TokenCount }) }));

/** Of 32-bit floats. */
const BYTES = 4;

/**
 * Reads the vectors of an answer to `POST /embeddings`.
 *
 * @param count how many texts were sent
 * @param dimensions how long each vector has to be; undefined to take what comes
 * @returns vectors of unit length, in the order of the texts
 * @throws AppError `model_failed` where there is not one vector for each text, or one of them is
 *   of another length, zero, or not of numbers
 */
export function readVectors(answer: unknown, count: number, dimensions?: number): Float32Array[] {
  if (!EmbeddingsAnswer.Check(answer)) throw modelFailed('an answer without embeddings');
  const { data } = answer;
  if (data.length !== count) throw modelFailed(`${data.length} vectors for ${count} texts`);
  const vectors: Float32Array[] = [];
  for (const [place, { index = place, embedding }] of data.entries()) {
    if (index < 0 || index >= count || vectors[index]) throw modelFailed(`index ${index}`);
    const vector = typeof embedding === 'string' ? decode(embedding) : Float64Array.from(embedding);
    if (dimensions !== undefined && vector.length !== dimensions) {
      throw modelFailed(`a vector of ${vector.length} dimensions in place of ${dimensions}`);
    }
    vectors[index] = toUnitLength(vector);
  }
  return vectors;
}

/**
 * The tokens of an answer to `POST /embeddings`, as the provider counts them.
 *
 * @param count how many texts were sent
 * @returns 0 where it does not count, or says what cannot be
 */
export function readTokens(answer: unknown, count: number): number {
  if (!CountedAnswer.Check(answer)) return 0;
  const { prompt_tokens: tokens } = answer.usage;
  return tokens <= mostTokensOf(count) ? tokens : 0;
}

function decode(base64: string): Float64Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % BYTES !== 0) throw modelFailed('an embedding that is no base64 of floats');
  return Float64Array.from({ length: bytes.length / BYTES }, (_, index) =>
    bytes.readFloatLE(index * BYTES),
  );
}

/** The cosine does not change by it, and no number is too large or too small for half precision. */
function toUnitLength(vector: Float64Array): Float32Array {
  const largest = vector.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  // NaN is not greater than 0, and stays the largest of all.
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
    throw modelFailed('a vector that is zero, or not of numbers');
  }
  // First by the largest, whose square may be more than a number can be.
  const length = largest * Math.hypot(...vector.map((number) => number / largest));
  return Float32Array.from(vector, (number) => number / length);
}
