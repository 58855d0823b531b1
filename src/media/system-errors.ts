/** The code of an error of the system, such as ENOENT; empty for any other error. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Whether a recording's bytes are not there. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** Whether an error is about a file of ours, and not about what somebody sends. */
export const isOfFile = (error: unknown): boolean => error instanceof Error && 'path' in error;
