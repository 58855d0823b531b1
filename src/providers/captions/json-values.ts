/** What an answer holds where it holds what is expected, and nothing where it does not. */
export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text that can be stored and is not blank, cut after `maxLength` characters. */
export const textOf = (value: unknown, maxLength: number): string | null => {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\0', '').toWellFormed().trim();
  return [...text].slice(0, maxLength).join('').trim() || null;
};

/** A number that is not negative, also one that is written as text. */
export const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
};

/** A BCP 47 tag of at most 35 characters. */
export const languageOf = (value: unknown): string | null =>
  typeof value === 'string' &&
  /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(value) &&
  value.length < 36
    ? value
    : null;
