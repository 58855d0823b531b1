import { invalidValue } from '../errors.ts';
import { type ExportQuery, FORMATS_OF_OPTIONS } from '../schemas/exports.ts';

/**
 * Checks what a schema cannot tell of the options of an export.
 *
 * @param at a JSON pointer to the options
 * @throws AppError `validation_failed` for an option that the format does not have, and for a part
 * that ends before it begins
 */
export function checkExportOptions(query: ExportQuery, at = '/querystring'): void {
  const { format, fromMs, toMs } = query;
  for (const [option, value] of Object.entries(query)) {
    const formats = FORMATS_OF_OPTIONS[option];
    if (value !== undefined && formats && !formats.includes(format)) {
      throw invalidValue(`${at}/${option}`, `is for ${formats.join(' and ')} only`);
    }
  }
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw invalidValue(`${at}/fromMs`, 'must be before toMs');
  }
}
