/**
 * The same items, and `undefined` whenever none has come for a while.
 *
 * @param everyMs how long without an item
 */
export async function* withBeats<T>(
  items: AsyncGenerator<T, void>,
  everyMs: number,
): AsyncGenerator<T | undefined, void> {
  try {
    for (;;) {
      const next = items.next();
      let result = await within(next, everyMs);
      for (; !result; result = await within(next, everyMs)) yield undefined;
      if (result.done) return;
      yield result.value;
    }
  } finally {
    await items.return();
  }
}

/** What is awaited, or undefined when it takes longer. */
export async function within<T>(awaited: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
