/** English names of languages, as Whisper's API answers them, to their two-letter codes. */
const namedLanguages = (): Map<string, string> => {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const known = codes.flatMap((code) => {
    const name = names.of(code)?.toLowerCase();
    return name === undefined ? [] : [[name, code] as const];
  });
  // Retired codes (`iw`) share the name of their successor (`he`); canonical codes win.
  const canonical = known.filter(([, code]) => Intl.getCanonicalLocales(code)[0] === code);
  return new Map(canonical);
};

let namesToCodes: Map<string, string> | undefined;

/**
 * A BCP 47 tag in its canonical form, from a tag (`pt_br`, `en-US`) or the English name of a
 * language (`english`); null for anything else. At most 35 characters.
 */
export const languageTag = (value: unknown): string | null => {
  if (typeof value !== 'string') return null;
  const text = value.trim().slice(0, 64);
  namesToCodes ??= namedLanguages();
  const named = namesToCodes.get(text.toLowerCase());
  if (named !== undefined) return named;
  const tag = text.replaceAll('_', '-');
  if (tag.length > 35 || !/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(tag)) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    // Well-formed to the eye, but with a subtag where it cannot stand.
    return null;
  }
};
