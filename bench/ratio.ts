/** What a benchmark found out about one of its targets. */
export type Finding = { question: string; found: string; target: string; meets: boolean };

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `median (min … max)`, for people. */
export function spread(values: readonly number[], digits = 0): string {
  const shown = (value: number) => value.toFixed(digits);
  return `${shown(median(values))} (${shown(Math.min(...values))} … ${shown(Math.max(...values))})`;
}

/**
 * Measures two sides in turn, A B, B A, A B …, so that whatever else the machine does falls on
 * both alike.
 */
export async function interleave<A, B>(
  rounds: number,
  a: (round: number) => Promise<A>,
  b: (round: number) => Promise<B>,
): Promise<{ a: A[]; b: B[] }> {
  const results: { a: A[]; b: B[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) results.a.push(await a(round));
    results.b.push(await b(round));
    if (round % 2 === 1) results.a.push(await a(round));
  }
  return results;
}

/** Runs `work` and says how long it took, in ms. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ ms: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

/** Prints a finding, and returns it for the summary. */
export function judge(question: string, found: string, target: string, meets: boolean): Finding {
  console.log(`  → ${meets ? 'meets' : 'MISSES'}: ${question}: ${found}; target ${target}`);
  return { question, found, target, meets };
}

/** Says why a benchmark, or a part of one, is not run. */
export function skipped(reason: string): Finding[] {
  console.log(`  skipped: ${reason}, and no TEST_DATABASE_URL or DATABASE_URL is set`);
  return [];
}
