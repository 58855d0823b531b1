import { invalidValue } from '../errors.ts';

/** Bytes of JSON. Parameters come with every page of jobs and with every event of theirs. */
const MOST_BYTES = 65_536;

/**
 * Parameters that are not too long to be listed.
 *
 * @throws AppError `validation_failed`, at whatever is the longest of them
 */
export function checkSize<Parameters extends Record<string, unknown>>(
  parameters: Parameters,
): Parameters {
  const sizes = Object.entries(parameters).map(
    ([name, value]) => [name, Buffer.byteLength(JSON.stringify(value) ?? '')] as const,
  );
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
  const [longest] = sizes.toSorted(([, a], [, b]) => b - a);
  if (bytes <= MOST_BYTES || !longest) return parameters;
  throw invalidValue(`/${longest[0]}`, `is too long: a job takes ${MOST_BYTES} bytes of details`);
}
