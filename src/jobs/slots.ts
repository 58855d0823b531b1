import type { JobHandlers } from './handlers.ts';

export type Slots = ReturnType<typeof createSlots>;

/**
 * How much this process does at once: so many jobs, and of each type no more than its handler allows.
 * Jobs that take hours leave the last of several slots to the others.
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
    isLong: handler.isLong ?? false,
  }));
  const longSlots = slots > 1 ? slots - 1 : slots;
  const taken = new Map<string, number>();
  let inUse = 0;

  return {
    /** @returns what there is room for; `limit` is 0 when there is none */
    free(): { limit: number; room: Record<string, number> } {
      const longInUse = sum(limits.filter(({ isLong }) => isLong).map(({ type }) => inUseOf(type)));
      const longLeft = longSlots - longInUse;
      const room: Record<string, number> = {};
      let roomOfLong = 0;
      for (const { type, most, isLong } of limits) {
        const left = Math.min(most - inUseOf(type), isLong ? longLeft : slots);
        if (left <= 0) continue;
        room[type] = left;
        if (isLong) roomOfLong += left;
      }
      const limit = Math.max(0, Math.min(slots - inUse, sum(Object.values(room))));
      // Of several types together they could be too many: then no more is taken than may all be long.
      return { limit: roomOfLong > longLeft ? Math.min(limit, longLeft) : limit, room };
    },
    take(type: string): void {
      inUse += 1;
      taken.set(type, inUseOf(type) + 1);
    },
    give(type: string): void {
      inUse -= 1;
      taken.set(type, inUseOf(type) - 1);
    },
  };

  function inUseOf(type: string): number {
    return taken.get(type) ?? 0;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
