// SRT has no way to write a text that looks like a tag or like times. An invisible word joiner in it
// is such a way: the text looks the same everywhere, and Parley takes the joiner out again.
const JOINER = '\u2060';

/** Keeps text from being read as tags or times by this reader or another. */
export const protectSrtText = (text: string): string =>
  text
    .replace(/<(?=[/a-z\d])/gi, `<${JOINER}`)
    .replaceAll('{\\', `{${JOINER}\\`)
    .replaceAll('-->', `--${JOINER}>`);

/** Takes out what {@link protectSrtText} put in. */
export const unprotectSrtText = (text: string): string =>
  text.includes(JOINER)
    ? text
        .replaceAll(`<${JOINER}`, '<')
        .replaceAll(`{${JOINER}\\`, '{\\')
        .replaceAll(`--${JOINER}>`, '-->')
    : text;
