import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import {
  REQUESTED_PARAMETERS,
  type RequestedParameters,
  type StoredParameters,
} from '../schemas/job-parameters.ts';
import type { BatchType } from '../schemas/job-types.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import { mapInSteps } from '../transcripts/steps.ts';
import { checkOf } from './checks.ts';
import type { AcceptedJob } from './handler.ts';
import { collectNamed, type Named } from './named.ts';

/** What callers may ask for as jobs of one type, or as the items of a batch. */
export type JobRequest = {
  readonly type: BatchType;
  /**
   * Checks what callers ask for, beyond its schema, before anything is stored: that values fit together,
   * and ids are the user's own. One call for all jobs of a batch; it lets others go first meanwhile.
   *
   * @param bodies checked by the schema of the type
   * @param at a JSON pointer to each of them
   * @returns one for each, in their order
   * @throws AppError for the first that is wrong, with its place; `not_found` when something that one of
   *   them names is not the user's
   */
  accept(
    repositories: Repositories,
    userId: string,
    bodies: readonly unknown[],
    at?: (index: number) => string,
  ): Promise<AcceptedJob[]>;
};

type RequestDefinition<Type extends BatchType> = {
  type: Type;
  /**
   * Checks a body beyond its schema, and makes a job of it.
   *
   * @throws AppError such as `validation_failed`
   */
  toJob(body: RequestedParameters<Type>): AcceptedJob<StoredParameters<Type>>;
  named?(body: RequestedParameters<Type>): Named;
};

/** A request whose bodies have the schema of its type. */
export function defineRequest<Type extends BatchType>({
  type,
  toJob,
  named,
}: RequestDefinition<Type>): JobRequest {
  const isSent = checkOf(REQUESTED_PARAMETERS[type]);
  return {
    type,
    async accept(repositories, userId, bodies, at = () => '') {
      const all = collectNamed();
      const read = (body: unknown, index: number): AcceptedJob => {
        if (!isSent(body)) throw new Error('a body was not checked by the route');
        try {
          if (named) all.add(named(body));
          return toJob(body);
        } catch (error) {
          throw within(at(index), error);
        }
      };
      // Any of them may be as large as a body.
      const jobs = await inSlices(mapInSteps(bodies, read, 1));
      await all.checkOwned(repositories, userId);
      return jobs;
    },
  };
}

/** An error about a part of a body, as one about the body. */
function within(path: string, error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, message, retryAfterSeconds, captions, cause } = error;
  const errors = error.errors ?? [{ path: '', message }];
  return new AppError(code, message, {
    errors: errors.map((found) => ({ ...found, path: `${path}${found.path}` })),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(captions ? { captions } : {}),
    cause: cause ?? error,
  });
}
