import { AppError, invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { checkScope } from '../retrieval/scope.ts';
import type { ChatCompletionRequest } from '../schemas/openai-chat.ts';
import type { Scope } from '../schemas/scope.ts';
import { readModel } from './read-model.ts';

const SCOPE = '/metadata/scope';

/**
 * What a question looks at: the model's scope, narrowed by that of the metadata. Transcripts are
 * named by one of them, because nobody means two different lists.
 *
 * @throws AppError `not_found` for what is not the user's, at the model or at the metadata
 */
export async function readScope(
  repositories: Repositories,
  userId: string,
  { model, metadata }: Pick<ChatCompletionRequest, 'model' | 'metadata'>,
): Promise<Scope> {
  const named = await readModel(repositories, userId, model);
  const given = metadata?.scope ?? {};
  // A text that is JSON was read before it was checked.
  if (typeof given === 'string') throw invalidValue(SCOPE, 'must be a scope, or one as JSON');
  if (named.transcriptIds && given.transcriptIds) {
    throw invalidValue(`${SCOPE}/transcriptIds`, 'are named by the model already');
  }
  try {
    return await checkScope(repositories, userId, { ...given, ...named });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found') {
      const errors = [{ path: SCOPE, message: 'names what is not there' }];
      throw new AppError('not_found', undefined, { errors });
    }
    // Elsewhere the scope is not within metadata.
    const errors = error.errors?.map((found) => ({ ...found, path: `/metadata${found.path}` }));
    throw new AppError(error.code, error.message, errors ? { errors } : {});
  }
}
