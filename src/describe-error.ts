import { isQueryFailure } from './db/errors.ts';

type DescribedError = {
  type: string;
  message: string;
  stack: string;
  code?: unknown;
  cause?: DescribedError;
};

/**
 * What the log holds of an error: what it says, where it was, and the same of its causes. Nothing
 * else that it carries is written down, because the errors of a database carry the SQL with its
 * parameters, and these are what people said, their addresses and the hashes of their passwords.
 */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const { name, stack = '', cause } = error;
  const message = isQueryFailure(error) ? 'a query failed' : error.message;
  const frames = stack.indexOf('\n    at ');
  return {
    type: name,
    message,
    stack: `${message}${frames < 0 ? '' : stack.slice(frames)}`,
    ...('code' in error ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
