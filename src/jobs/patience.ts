/** Waits for `work`, but no longer than `ms`. It goes on then, and must not throw. */
export async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Waits for `work`, but no longer than `ms` after the signal. It must not throw. */
export async function untilIgnored(
  work: Promise<void>,
  signal: AbortSignal,
  ms: number,
): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([work, aborted]);
  if (signal.aborted) await atMost(work, ms);
}
