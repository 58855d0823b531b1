import { Type } from 'typebox';
import { readHeaders, readKey } from './headers.ts';

/** Where a server that speaks OpenAI’s protocol is; `http` or `https`. */
export const BaseUrl = (description: string) =>
  Type.Optional(Type.String({ pattern: '^https?://[^/]+', description }));

export const ApiKey = Type.Optional(Type.String({ description: 'Key for it.' }));

export const FurtherHeaders = Type.Optional(
  Type.String({ description: 'Further headers for it, as a JSON object.' }),
);

export const Retries = (initial: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 10, default: initial, description });

/** The settings of a server, by what follows their prefix. */
type EndpointSettings = Partial<
  Record<'BASE_URL' | 'MODEL' | 'MODELS' | 'API_KEY' | 'HEADERS', string | undefined>
>;

/**
 * How a server is reached, and the models that it may be asked for.
 *
 * @param prefix of the settings' names, such as `LLM`
 * @returns undefined where there is no server; the default model comes first, and none twice
 * @throws Error that names the settings, when they do not fit together
 */
export function readEndpoint(prefix: string, { BASE_URL, ...given }: EndpointSettings) {
  if (BASE_URL === undefined) {
    const useless = Object.entries(given).find(([, value]) => value !== undefined);
    if (useless) throw new Error(`${prefix}_${useless[0]} needs ${prefix}_BASE_URL`);
    return undefined;
  }
  if (!URL.canParse(BASE_URL)) throw new Error(`${prefix}_BASE_URL is not a URL`);
  return {
    baseUrl: BASE_URL,
    apiKey: readKey(`${prefix}_API_KEY`, given.API_KEY),
    headers: readHeaders(`${prefix}_HEADERS`, given.HEADERS),
    models: readModels(prefix, given.MODEL, given.MODELS),
  };
}

function readModels(
  prefix: string,
  wanted: string | undefined,
  list: string | undefined,
): [string, ...string[]] {
  const listed =
    list?.split(',').flatMap((name) => name.trim() || []) ?? (wanted === undefined ? [] : [wanted]);
  const model = wanted ?? listed[0];
  if (model === undefined) throw new Error(`${prefix}_BASE_URL needs ${prefix}_MODEL`);
  if (!listed.includes(model)) throw new Error(`${prefix}_MODEL is not one of ${prefix}_MODELS`);
  return [model, ...new Set(listed.filter((name) => name !== model))];
}
