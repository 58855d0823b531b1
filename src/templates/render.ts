import { AppError } from '../errors.ts';

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}/g;

/** The longest text, in UTF-16 code units: a value may be filled in many thousand times. */
const MAX_LENGTH = 4_000_000;

/** The variables of a template in the order in which they first appear. */
export function variablesOf(content: string): string[] {
  return [...new Set([...content.matchAll(PLACEHOLDER)].map((found) => found[1] ?? ''))];
}

/**
 * Fills a template. There is nothing but names: no paths, no conditions, no code, and what is
 * filled in is not read again. Template languages that can do more have all been made to run code.
 *
 * @throws AppError `invalid_template` that names the variables without a value, or when the text would be too
 *   long
 */
export function renderTemplate(content: string, values: Record<string, string>): string {
  const missing = variablesOf(content).filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) {
    throw new AppError('invalid_template', 'Some variables have no value.', {
      errors: missing.map((name) => ({ path: `/values/${name}`, message: 'is missing' })),
    });
  }
  const filled = content.matchAll(PLACEHOLDER);
  const length = filled.reduce((sum, [, name = '']) => sum + (values[name]?.length ?? 0), 0);
  if (length > MAX_LENGTH) {
    throw new AppError('invalid_template', `The text would pass ${MAX_LENGTH} characters.`);
  }
  return content.replace(PLACEHOLDER, (_whole, name: string) => values[name] ?? '');
}
