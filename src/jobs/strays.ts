/** Jobs that are marked as this process's, and that it does not do. */
export type Strays = ReturnType<typeof createStrays>;

/**
 * Sees to strays: the answer to their claim was lost, or this process gave them up while the database did
 * not answer. They are handed back, for otherwise the end of their lease would look like a crash.
 *
 * @param release hands back all that the process does not do
 */
export function createStrays(release: () => Promise<unknown>) {
  let suspicions = 0;
  return {
    /** There may be some. */
    suspect(): void {
      suspicions += 1;
    },
    isSuspected: () => suspicions > 0,
    /** Does nothing where none are suspected. */
    async handBack(): Promise<void> {
      const seen = suspicions;
      if (seen === 0) return;
      await release();
      suspicions -= seen;
    },
  };
}
