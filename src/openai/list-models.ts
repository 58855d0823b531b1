import type { Repositories } from '../repositories/index.ts';
import type { OpenAiModel, OpenAiModelList } from '../schemas/openai-models.ts';
import { MODEL, readModel } from './read-model.ts';

/** Clients show the whole list, so that it is a short one. */
const MOST_MODELS = 100;

/** Everything that the user has, which was there before any transcript. */
const WHOLE = present(MODEL, 'Parley', new Date(0));

/** The models that a user may name: everything, and each of the newest transcripts. */
export async function listModels(
  { transcripts }: Repositories,
  userId: string,
): Promise<OpenAiModelList> {
  const { data } = await transcripts.listByUser(userId, { limit: MOST_MODELS - 1 });
  const single = data.map(({ id, title, createdAt }) =>
    present(`${MODEL}:${id}`, title ?? 'Untitled transcript', createdAt),
  );
  return { object: 'list', data: [WHOLE, ...single] };
}

/** A model by its name; one of several transcripts is as old as the first that it names. */
export async function getModel(
  repositories: Repositories,
  userId: string,
  model: string,
): Promise<OpenAiModel> {
  const { transcriptIds = [] } = await readModel(repositories, userId, model);
  const [first] = transcriptIds;
  const transcript = first && (await repositories.transcripts.getById(userId, first));
  if (!transcript) return WHOLE;
  const more = transcriptIds.length > 1 ? ` and ${transcriptIds.length - 1} more` : '';
  const name = `${transcript.title ?? 'Untitled transcript'}${more}`;
  return present(model, name, transcript.createdAt);
}

function present(id: string, name: string, createdAt: Date): OpenAiModel {
  const created = Math.floor(createdAt.getTime() / 1_000);
  return { id, object: 'model', created, owned_by: 'parley', name };
}
