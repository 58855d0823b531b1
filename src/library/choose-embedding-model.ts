import type { EmbeddingModel } from '../db/schema/index.ts';
import type { Embeddings } from '../providers/embeddings.ts';
import type { WantedModel } from '../providers/wanted-model.ts';
import type { EmbeddingModelsRepository } from '../repositories/embedding-models.ts';

type ChosenModel = { active: EmbeddingModel; warning: string | undefined };

/**
 * Says at the start which model is active. A library that holds vectors keeps the one that made them,
 * whatever the settings say: another model would find nothing in it. An empty one takes the settings'.
 *
 * @param embeddingModels on a connection of its own, while no other process starts
 * @param embeddings `measure` asks the endpoint for the length of a model's vectors
 * @returns `warning` when the settings ask for another model than the active one
 * @throws Error when the active model cannot be reached; what `measure` throws
 */
export async function chooseEmbeddingModel(
  embeddingModels: EmbeddingModelsRepository,
  wanted: WantedModel,
  embeddings: Embeddings & { measure(name: string): Promise<number> },
): Promise<ChosenModel> {
  const chosen = await choose(embeddingModels, wanted, embeddings.measure);
  try {
    embeddings.providerFor(chosen.active);
  } catch (cause) {
    const { provider, name } = chosen.active;
    throw new Error(
      `the library's vectors are of the embedding model ${name} (${provider}), which the settings do not reach: EMBEDDING_BASE_URL and EMBEDDING_MODEL`,
      { cause },
    );
  }
  return chosen;
}

async function choose(
  embeddingModels: EmbeddingModelsRepository,
  wanted: WantedModel,
  measure: (name: string) => Promise<number>,
): Promise<ChosenModel> {
  await embeddingModels.dropUnneededIndexes();
  const before = await embeddingModels.getActive();
  if (before && fits(before, wanted)) return { active: before, warning: undefined };
  if (before && (await embeddingModels.hasVectors())) return keep(before, wanted);
  const dimensions = wanted.dimensions ?? (await measure(wanted.name));
  const active = await embeddingModels.activateInEmptyLibrary({ ...wanted, dimensions });
  return fits(active, wanted) ? { active, warning: undefined } : keep(active, wanted);
}

function fits(model: EmbeddingModel, { provider, name, dimensions }: WantedModel): boolean {
  if (model.provider !== provider || model.name !== name) return false;
  return dimensions === undefined || model.dimensions === dimensions;
}

function keep(active: EmbeddingModel, { provider, name }: WantedModel): ChosenModel {
  const switching = provider === 'hash' ? '--provider hash' : `--model ${name}`;
  const warning = `The library's vectors are of the embedding model ${active.name}, and stay so; the settings ask for ${name}. To switch: npm run embeddings -- ${switching}`;
  return { active, warning };
}
