/** Tells whoever listens in this process that there may be something to do. */
export type Bell = ReturnType<typeof createBell>;

export function createBell() {
  const listeners = new Set<() => void>();
  return {
    ring(): void {
      for (const listener of listeners) listener();
    },
    /** @returns what ends it */
    listen(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
