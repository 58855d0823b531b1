import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';

/** An object that rejects unknown keys: a misspelt key is a mistake, never silently dropped. */
export const StrictObject = <T extends TProperties>(properties: T, options = {}): TObject<T> =>
  Type.Object(properties, { additionalProperties: false, ...options });

/**
 * A value or null. Of a plain type it is `type: [T, 'null']`: for a union the serializer checks
 * every value against every branch, which a page of messages is long enough to notice.
 */
export function Nullable<T extends TSchema>(schema: T) {
  const type = 'type' in schema ? schema.type : undefined;
  return Type.Unsafe<Static<T> | null>(
    typeof type === 'string' && type !== 'object'
      ? { ...schema, type: [type, 'null'] }
      : Type.Union([schema, Type.Null()]),
  );
}

export const Id = Type.String({ format: 'uuid' });
/** An answer without a body. */
export const NoContent = Type.Unsafe<undefined>({ type: 'null', description: 'Done.' });

export const IdParams = StrictObject({ id: Id });

/** PostgreSQL's `integer` is the widest number that a column or a parameter takes. */
export const MAX_INTEGER = 2_147_483_647;

/** A position in a recording, in milliseconds. */
export const Milliseconds = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });

/** A row's `Date`, which is serialised as an ISO 8601 string in UTC. */
export const DateTime = Type.Unsafe<Date | string>({ type: 'string', format: 'date-time' });

/** Stands for a schema that the app holds under its `$id`; the OpenAPI document has it once. */
export const reference = <T>(id: string) => Type.Unsafe<T>({ $ref: `${id}#` });

export const PageQuery = StrictObject({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
});

export const Page = <T extends TSchema>(item: T) =>
  StrictObject({ data: Type.Array(item), nextCursor: Nullable(Type.String()) });
