import { AppError } from '../errors.ts';

/**
 * The error for a value that does not fit, beyond what its schema can say.
 *
 * @param path a JSON pointer to it
 */
export function invalidValue(path: string, message: string): AppError {
  return new AppError('validation_failed', 'See `errors` for what does not fit.', {
    errors: [{ path, message }],
  });
}
