import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Headers = Compile(Type.Record(Type.String(), Type.String()));

/**
 * A key as a setting gives it.
 *
 * @throws Error that names the setting and not its value, when no header can carry it
 */
export function readKey(setting: string, key: string | undefined): string | undefined {
  try {
    validateHeaderValue('authorization', key ?? '');
    return key;
  } catch {
    throw new Error(`${setting} has characters that a header cannot carry`);
  }
}

/**
 * Headers that a setting gives as a JSON object.
 *
 * @param setting its name
 * @throws Error that names the setting and not its value, which may be a key
 */
export function readHeaders(setting: string, json = '{}'): Record<string, string> {
  try {
    const headers = Headers.Parse(JSON.parse(json));
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return headers;
  } catch {
    throw new Error(`${setting} is not a JSON object of headers and their values`);
  }
}
