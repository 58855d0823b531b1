import { randomUUID } from 'node:crypto';

/** A body as it goes over the wire; it can be sent more than once. */
export type RequestBody = { contentType: string; bytes: Buffer };

/** A file in a form. */
export type FormFile = {
  /** Of our own making: letters, digits and a point. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
};

export const jsonBody = (value: unknown): RequestBody => ({
  contentType: 'application/json',
  bytes: Buffer.from(JSON.stringify(value)),
});

/**
 * A form with one file, under the name `file` (RFC 7578).
 *
 * @param fields names that are known, and any values
 */
export function formBody(
  fields: readonly (readonly [name: string, value: string])[],
  { name, mediaType, bytes }: FormFile,
): RequestBody {
  // Random, so that no value can hold it.
  const boundary = `parley-${randomUUID()}`;
  const part = (disposition: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  const before = fields.map(([field, value]) => `${part(`name="${field}"`)}\r\n${value}\r\n`);
  const head = `${part(`name="file"; filename="${name}"`)}content-type: ${mediaType}\r\n\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([
      Buffer.from(before.join('') + head),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}
