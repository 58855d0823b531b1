/** A sleep that others can end. Who rings while nobody sleeps ends the next sleep at once. */
export type Wake = ReturnType<typeof createWake>;

export function createWake() {
  let rung = false;
  let end: (() => void) | undefined;
  return {
    ring(): void {
      rung = true;
      end?.();
    },
    async sleep(ms: number): Promise<void> {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        end = resolve;
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
      }
      rung = false;
    },
  };
}
