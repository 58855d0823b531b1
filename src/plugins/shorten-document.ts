const COMPONENTS = '#/components/schemas/';

type Schema = Record<string, unknown>;

/**
 * Puts a reference wherever a schema that has a name is written out, so that a generated client has
 * one type for it; and wherever one says by `describedAs` that readers have more to know than whoever
 * writes it, a reference to that. Says which form of several is that of which `type`, and adds `type`
 * where only `enum` or `format` tells that it is a string.
 */
export function shortenDocument<T extends { components?: { schemas?: object } }>(document: T): T {
  const all = Object.entries<Schema>({ ...document.components?.schemas });
  const schemas = Object.fromEntries(all.filter(([, { describedAs }]) => !describedAs));
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [textOf(schema), name]));
  const described = new Map(all.map(([name, { describedAs }]) => [referTo(name), describedAs]));
  const components = { ...document.components, schemas };
  return JSON.parse(JSON.stringify({ ...document, components }, shorten));

  function shorten(this: unknown, _key: string, value: unknown): unknown {
    if (!isObject(value)) return value;
    const name = this === schemas ? undefined : nameOf(value);
    if (name) return { $ref: referTo(name) };
    if (isObject(value.discriminator)) return withMapping(value);
    return isStringWithoutType(value) ? { type: 'string', ...value } : value;
  }

  function nameOf(value: Schema): unknown {
    return value.describedAs || described.get(value.$ref) || names.get(textOf(value));
  }

  /** A schema of several forms. That they are objects with a `type` is said by each of them. */
  function withMapping(whole: Schema): Schema {
    const { type: _type, required: _required, properties: _properties, ...value } = whole;
    const forms = Array.isArray(value.oneOf) ? value.oneOf.filter(isObject) : [];
    const mapping = forms.map((form) => [typeIn(form), referTo(nameOf(form))]);
    const discriminator = { propertyName: 'type', mapping: Object.fromEntries(mapping) };
    return { ...value, discriminator };
  }
}

const referTo = (name: unknown): unknown => `${COMPONENTS}${name}`;

/** The one value that the `type` of a form has. */
function typeIn({ properties }: Schema): string {
  const type = isObject(properties) ? properties.type : undefined;
  return isObject(type) ? String(type.enum) : '';
}

/** Equal for schemas that differ in nothing but their examples. */
function textOf(schema: object): string {
  return JSON.stringify({ ...schema, examples: undefined });
}

/** Formats of schemas; in an example it may be that of an export. */
const STRING_FORMATS = new Set<unknown>(['uuid', 'date', 'date-time', 'email', 'uri']);

function isStringWithoutType({ type, enum: values, format }: Schema): boolean {
  return type === undefined && (Array.isArray(values) || STRING_FORMATS.has(format));
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
