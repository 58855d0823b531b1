import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Scope } from '../schemas/scope.ts';

/** The model that answers from everything; `parley:` narrows it. */
export const MODEL = 'parley';

/** Transcripts that a model may name. */
const MOST_TRANSCRIPTS = 100;
const TRANSCRIPT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VIDEO = /^youtube:([A-Za-z0-9_-]{11})$/;

/**
 * The scope that the name of a model stands for: `parley`, or `parley:` and ids of transcripts or
 * `youtube:` and the id of a video, separated by commas.
 *
 * @throws AppError `not_found` at `/model`, the same for what is foreign and for what never was
 */
export async function readModel(
  { transcripts }: Repositories,
  userId: string,
  model: string,
): Promise<Pick<Scope, 'transcriptIds'>> {
  if (model === MODEL) return {};
  const names = model.startsWith(`${MODEL}:`) ? model.slice(MODEL.length + 1).split(',') : [];
  if (names.length === 0 || names.length > MOST_TRANSCRIPTS) throw unknownModel();
  const videos = names.flatMap((name) => VIDEO.exec(name)?.[1] ?? []);
  const byVideo = await transcripts.listIdsByVideo(userId, videos);
  const ids = names.map((name) => {
    const video = VIDEO.exec(name)?.[1];
    const id = video ? byVideo.get(video) : TRANSCRIPT.exec(name)?.[0].toLowerCase();
    if (!id) throw unknownModel();
    return id;
  });
  const transcriptIds = [...new Set(ids)];
  const owned = await transcripts.getOwnedIds(userId, transcriptIds);
  if (owned.length !== transcriptIds.length) throw unknownModel();
  return { transcriptIds };
}

/** The error for a model that there is not, or not for this caller. */
export function unknownModel(): AppError {
  const errors = [{ path: '/model', message: 'is no model here' }];
  return new AppError('not_found', 'There is no such model, or it is not yours.', { errors });
}
