import type { EmbeddingEndpoint } from './configured-embeddings.ts';
import type { EmbeddingModelKey } from './embeddings.ts';
import { createHashEmbeddings, HASH } from './hash-embeddings.ts';
import { OPENAI_COMPATIBLE } from './openai-embeddings.ts';

/** A model that somebody asks for; without `dimensions` its endpoint says how long its vectors are. */
export type WantedModel = Omit<EmbeddingModelKey, 'dimensions'> & {
  dimensions?: number | undefined;
};

/**
 * The model that the settings ask for: the hashed one where they name none.
 *
 * @param instead what an administrator asks for in their place
 * @throws Error for a provider that there is not
 */
export function wantedModel(
  endpoint: Pick<EmbeddingEndpoint, 'model' | 'dimensions'> | undefined,
  instead: { model?: string; provider?: string } = {},
): WantedModel {
  const name = instead.model ?? (instead.provider === HASH ? undefined : endpoint?.model);
  const { provider = name ? OPENAI_COMPATIBLE : HASH } = instead;
  if (provider === OPENAI_COMPATIBLE && name) {
    return { provider, name, dimensions: endpoint?.dimensions };
  }
  const hash = createHashEmbeddings();
  if (provider !== HASH || (name ?? hash.name) !== hash.name) {
    throw new Error(`there is no embedding model ${name ?? ''} of the provider ${provider}`);
  }
  return { provider, name: hash.name, dimensions: hash.dimensions };
}
