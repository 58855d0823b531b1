/** What a model costs in USD: a million tokens that it reads or writes, and a minute of audio. */
export type ModelPrice = { input?: number; output?: number; minute?: number };

const TOKENS = 1_000_000;
const MINUTE_MS = 60_000;

type Used = {
  promptTokens: number;
  completionTokens: number;
  /** Null where nobody knows how long it was. */
  audioMs: number | null;
};

/**
 * @returns USD; null where nobody said what the model costs, or how long that is which is paid by the
 *   minute
 */
export function costOf(
  price: ModelPrice | undefined,
  { promptTokens, completionTokens, audioMs }: Used,
): number | null {
  if (!price) return null;
  const { input = 0, output = 0, minute = 0 } = price;
  if (minute > 0 && audioMs === null) return null;
  const tokens = promptTokens * input + completionTokens * output;
  return tokens / TOKENS + ((audioMs ?? 0) / MINUTE_MS) * minute;
}
