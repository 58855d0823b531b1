import { AppError } from '../errors.ts';
import type { Steps } from '../transcripts/steps.ts';

const MAX_DEPTH = 32;
const MAX_KEYS = 2_000;

/** Values in a step. */
const VALUES = 1_000;

/**
 * Refuses values that are too deep or wide, text that PostgreSQL cannot store, and keys that reach for
 * prototypes. It walks without recursion, and holds no more than the path to where it is: a body may
 * have millions of values.
 *
 * @returns how many keys all objects have together
 * @throws AppError `malformed_request`
 */
export function* checkValue(root: unknown): Steps<number> {
  const path: Iterator<unknown>[] = [];
  let keys = 0;
  let seen = 0;
  enter(root);
  for (let inner = path.at(-1); inner; inner = path.at(-1)) {
    const next = inner.next();
    if (next.done) path.pop();
    else enter(next.value);
    seen += 1;
    if (seen % VALUES === 0) yield;
  }
  return keys;

  function enter(value: unknown): void {
    if (typeof value === 'string') checkText(value);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (path.length >= MAX_DEPTH) throw refusal(`The body is more than ${MAX_DEPTH} levels deep.`);
    if (!Array.isArray(value)) keys += checkKeys(value);
    path.push((Array.isArray(value) ? value : Object.values(value)).values());
  }
}

/** @returns how many there are */
function checkKeys(value: object): number {
  const names = Object.keys(value);
  if (names.length > MAX_KEYS) throw refusal(`An object has more than ${MAX_KEYS} keys.`);
  for (const name of names) checkText(name);
  if (Object.hasOwn(value, '__proto__') || hasPrototype(value)) {
    throw refusal('An object has a key that is for prototypes.');
  }
  return names.length;
}

function hasPrototype(value: object): boolean {
  if (!Object.hasOwn(value, 'constructor')) return false;
  const made: unknown = value.constructor;
  return typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype');
}

function checkText(text: string): void {
  if (text.includes('\0')) throw refusal('Text holds a NUL character.');
  if (!text.isWellFormed()) throw refusal('Text holds half of a surrogate pair.');
}

function refusal(detail: string): AppError {
  return new AppError('malformed_request', detail);
}
