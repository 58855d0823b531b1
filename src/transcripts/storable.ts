/**
 * Why a string cannot be stored, or undefined when it can: PostgreSQL refuses NUL, and a lone
 * surrogate has no UTF-8 form. `offset` is that of the first character at fault.
 */
export const findUnstorable = (text: string): { offset: number; message: string } | undefined => {
  const nul = text.indexOf('\0');
  if (nul !== -1) return { offset: nul, message: 'NUL characters are not text' };
  if (text.isWellFormed()) return undefined;
  // With the `u` flag a surrogate only matches where it is not half of a pair.
  return { offset: text.search(/\p{Surrogate}/u), message: 'half of a surrogate pair is not text' };
};
