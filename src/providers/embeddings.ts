/**
 * Turns texts into vectors whose cosine says how near the texts are. Vectors of different
 * `provider`, `name` or `dimensions` are not comparable, so these three are stored beside them.
 */
export interface EmbeddingProvider {
  /** The implementation, such as `hash` or `openai-compatible`. */
  readonly provider: string;
  /** The model. It changes whenever the same text would get another vector. */
  readonly name: string;
  /** The length of every vector. */
  readonly dimensions: number;
  /**
   * @param texts any strings, the empty one included
   * @param signal stops the work between texts or requests
   * @returns one vector for each text, in their order; none is zero, because the cosine distance
   * from a zero vector is NaN
   * @throws the signal's reason once it is aborted, and whatever keeps the provider from answering
   */
  embed(texts: string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
