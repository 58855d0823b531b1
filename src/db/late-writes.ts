/** What the driver's error looks like; it has no code. */
const MESSAGE = "Cannot read properties of null (reading 'write')";
const PLACE = /postgres[\\/](src|cjs[\\/]src)[\\/]connection\.js/;

/**
 * Keeps the process alive when a connection is lost at the wrong moment. The driver (postgres 3.4.9) may
 * still write to it, out of a timer, where nobody can catch what it throws
 * (https://github.com/porsager/postgres/issues/1066). What it was to write belongs to a transaction,
 * which is rejected by the loss itself, and most of which are kept from it (`whole-transactions.ts`). Every
 * other error is told to whoever listens for uncaught ones.
 *
 * @param note called for each write that was too late
 */
export function surviveLateWrites(note: (error: Error) => void): void {
  process.setUncaughtExceptionCaptureCallback((error) => {
    if (isLateWrite(error)) note(error);
    else process.emit('uncaughtException', error);
  });
}

/** Whether an error that nobody caught, which may be anything, is a write of the driver to a lost connection. */
export function isLateWrite(error: Partial<Error> | null | undefined): boolean {
  const { name, message, stack } = error ?? {};
  return name === 'TypeError' && message === MESSAGE && PLACE.test(stack ?? '');
}
