import type { JobHandlers } from './handlers.ts';

export type Slots = ReturnType<typeof createSlots>;

/**
 * How much this process does at once: so many jobs, and of each type no more than its handler allows.
 *
 * @param concurrency of types, where it is not what the handler says
 */
export function createSlots(
  slots: number,
  handlers: JobHandlers,
  concurrency: ReadonlyMap<string, number>,
) {
  const limits = [...handlers.values()].map((handler) => ({
    type: handler.type,
    most: concurrency.get(handler.type) ?? handler.concurrency,
  }));
  const taken = new Map<string, number>();
  let inUse = 0;

  return {
    /** @returns what there is room for; `limit` is 0 when there is none */
    free(): { limit: number; room: Record<string, number> } {
      const room: Record<string, number> = {};
      for (const { type, most } of limits) {
        const left = most - (taken.get(type) ?? 0);
        if (left > 0) room[type] = left;
      }
      const inAll = Object.values(room).reduce((sum, left) => sum + left, 0);
      return { limit: Math.max(0, Math.min(slots - inUse, inAll)), room };
    },
    take(type: string): void {
      inUse += 1;
      taken.set(type, (taken.get(type) ?? 0) + 1);
    },
    give(type: string): void {
      inUse -= 1;
      taken.set(type, (taken.get(type) ?? 0) - 1);
    },
  };
}
