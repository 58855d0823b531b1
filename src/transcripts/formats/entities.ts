const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00A0'],
  ['lrm', '\u200E'],
  ['rlm', '\u200F'],
]);

const fromCodePoint = (code: number): string | undefined => {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0 && code <= 0x10_ffff && !isSurrogate ? String.fromCodePoint(code) : undefined;
};

const decodeEntity = (entity: string): string => {
  const name = entity.slice(1, -1);
  if (!name.startsWith('#')) return NAMED.get(name) ?? entity;
  const digits = name.slice(1);
  if (/^x[\da-f]{1,6}$/i.test(digits)) {
    return fromCodePoint(Number.parseInt(digits.slice(1), 16)) ?? entity;
  }
  return /^\d{1,7}$/.test(digits) ? (fromCodePoint(Number(digits)) ?? entity) : entity;
};

/** Decodes the entities WebVTT has, and numeric ones; anything else stays as it is written. */
export const decodeEntities = (text: string): string =>
  // Without groups, as they would double the time for a text full of entities.
  text.includes('&') ? text.replace(/&[#\w]{2,8};/g, decodeEntity) : text;

/** Escapes what would be markup in the text of a WebVTT cue. */
export const encodeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
