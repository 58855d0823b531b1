import { Type } from 'typebox';

/** A time of at most a day. */
export const Milliseconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 86_400_000, default: fallback, description });
