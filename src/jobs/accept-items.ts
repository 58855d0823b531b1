import { type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { AppError, invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { JobType } from '../schemas/job-types.ts';
import { REFERRED } from './checks.ts';
import type { AcceptedJob, JobRequest } from './handler.ts';
import { JOB_REQUESTS } from './requests.ts';

/** Compiled when they are first needed. */
const compiled = new Map<TSchema, Validator>();

/**
 * Makes jobs of the items of a batch, all of them or none.
 *
 * @throws AppError for the first item that is wrong, with its place
 */
export async function acceptItems(
  repositories: Repositories,
  userId: string,
  type: JobType,
  items: readonly unknown[],
): Promise<AcceptedJob[]> {
  const request = JOB_REQUESTS.get(type);
  if (!request) throw invalidValue('/type', 'is not a type that can be asked for');
  checkItems(request.body, items);
  try {
    return await request.accept(repositories, userId, items);
  } catch (error) {
    // What is not there looks the same wherever somebody asks for it.
    if (!(error instanceof AppError) || error.code === 'not_found') throw error;
    throw await findMistake(request, repositories, userId, items, error);
  }
}

/** @throws AppError `validation_failed` */
function checkItems(body: TSchema, items: readonly unknown[]): void {
  const schema = compiled.get(body) ?? Compile(REFERRED, Type.Unsafe<unknown>(body));
  compiled.set(body, schema);
  const wrong = items.findIndex((item) => !schema.Check(item));
  if (wrong < 0) return;
  // Of a key that is not known, it also says that no value fits it.
  const error = schema.Errors(items[wrong]).find(({ keyword }) => keyword !== 'boolean');
  const { instancePath = '', message = 'does not fit' } = error ?? {};
  throw invalidValue(`/items/${wrong}${instancePath}${keyOf(error?.params)}`, message);
}

/** What is missing, or too much, is named by its own path. */
function keyOf(params: object = {}): string {
  const { requiredProperties, additionalProperties }: Record<string, unknown> = { ...params };
  const [key] = [requiredProperties, additionalProperties].flat().filter(Boolean);
  return key === undefined ? '' : `/${key}`;
}

/** The first item that is not accepted is found by halves: what is asked again is no more than all. */
async function findMistake(
  request: JobRequest,
  repositories: Repositories,
  userId: string,
  items: readonly unknown[],
  error: AppError,
): Promise<AppError> {
  let found = error;
  let [from, to] = [0, items.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    try {
      await request.accept(repositories, userId, items.slice(from, middle));
      from = middle;
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      found = cause;
      to = middle;
    }
  }
  const errors = (found.errors ?? [{ path: '', message: found.message }]).map((location) => ({
    ...location,
    path: `/items/${from}${location.path}`,
  }));
  return new AppError(found.code, found.message, { errors, cause: found });
}
