import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import type { App } from './types.ts';

const STRICT: Options = {
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: true,
  allErrors: false,
  // `examples` and the like are for the OpenAPI document.
  strictSchema: false,
  // Of several forms, that which the body says it has is the one that it is held to.
  discriminator: true,
};

/**
 * Bodies are taken as they are: `"5"` is not 5, and an unknown key is a mistake. Only what comes in
 * a URL or a header, where everything is text, is converted.
 */
export function registerValidation(app: App): void {
  const bodies = createAjv(STRICT);
  // What is wrong in a filter, and where, is found by `retrieval/metadata-filter.ts`.
  bodies.addSchema({ $id: 'MetadataFilter', type: 'object' });
  // `1e999` is converted to infinity, which strict numbers would not hold against any limit.
  const texts = createAjv({ ...STRICT, coerceTypes: true, strictNumbers: false });
  const compiler: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) =>
    (httpPart === 'body' ? bodies : texts).compile(schema);
  app.setValidatorCompiler(compiler);
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv(options);
  addFormats.default(ajv, ['date-time', 'date']);
  // Theirs also takes `urn:uuid:…`, which PostgreSQL does not read.
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  return ajv;
}
