import type { LanguageModel } from '../providers/language-models.ts';
import type { ListedModel } from '../schemas/models.ts';
import { EXTRACTIVE } from './extractive.ts';

/**
 * What answers can be written by, the default first, and the embedding model that searches use.
 *
 * @param languageModels those that the administrator allows, the default first
 */
export function listModels(
  languageModels: readonly LanguageModel[],
  embedding: { provider: string; name: string } | undefined,
): ListedModel[] {
  const writers = [...languageModels, { id: EXTRACTIVE, provider: EXTRACTIVE }];
  return [
    ...writers.map(({ id, provider }, index) => ({
      ...{ id, kind: 'language' as const, provider, default: index === 0 },
    })),
    ...(embedding ? [embedding] : []).map(({ name, provider }) => ({
      ...{ id: name, kind: 'embedding' as const, provider, default: true },
    })),
  ];
}
