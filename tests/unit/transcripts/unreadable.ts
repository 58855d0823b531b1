import { AppError, type ErrorLocation } from '../../../src/errors.ts';

/** Runs what must fail as an unreadable transcript, and returns where it says the mistake is. */
export const locationOf = (run: () => unknown): ErrorLocation => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unreadable_transcript') throw error;
    const location = error.errors?.[0];
    if (location) return location;
    throw new Error('the error says nothing about where', { cause: error });
  }
  throw new Error('an error was expected');
};
