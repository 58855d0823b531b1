/**
 * What made a vector. Vectors of different `provider`, `name` or `dimensions` are not comparable, so
 * these three are stored beside them.
 */
export type EmbeddingModelKey = {
  /** The implementation, such as `hash` or `openai-compatible`. */
  provider: string;
  /** The model. It changes whenever the same text would get another vector. */
  name: string;
  /** The length of every vector. */
  dimensions: number;
};

/** What a text is to the model: many are trained to put a question near its answer only so. */
export type EmbeddingPurpose = 'query' | 'document';

/**
 * Hears of each request to a provider how many tokens it has counted, and of which texts; 0 where it
 * did not count.
 */
export type OnTokens = (tokens: number, texts: readonly string[]) => void;

/** Turns texts into vectors whose cosine says how near the texts are. */
export interface EmbeddingProvider extends Readonly<EmbeddingModelKey> {
  /**
   * @param texts any strings, the empty one included
   * @param signal stops the work between texts or requests
   * @param onTokens hears what was counted
   * @returns one vector for each text, in their order; none is zero, because the cosine distance
   * from a zero vector is NaN
   * @throws AppError `model_failed`, `model_timeout` or `model_unavailable`; the signal's reason once
   * it is aborted
   */
  embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal?: AbortSignal,
    onTokens?: OnTokens,
  ): Promise<Float32Array[]>;
}

/** Everything that can embed here. */
export interface Embeddings {
  /**
   * The provider that makes vectors of a model.
   *
   * @throws AppError `model_unavailable` when none is configured that could
   */
  providerFor(model: EmbeddingModelKey): EmbeddingProvider;
}
