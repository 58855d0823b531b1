import { expect, test } from 'vitest';
import {
  createApiKey,
  createSessionToken,
  hashToken,
  isApiKey,
} from '../../../src/access/tokens.ts';

test('an API key has its prefix, 43 characters of secret and a checksum that fits', () => {
  const { key, prefix } = createApiKey();
  expect(key).toMatch(/^parley_[0-9a-f]{12}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
  expect(key.startsWith(`${prefix}_`)).toBe(true);
  expect(isApiKey(key)).toBe(true);
});

test('a mistyped API key is told from a real one', () => {
  const { key } = createApiKey();
  const wrong = key.endsWith('a') ? 'b' : 'a';
  expect(isApiKey(key.slice(0, -1) + wrong)).toBe(false);
  expect(isApiKey(`${key}x`)).toBe(false);
  expect(isApiKey('parley_')).toBe(false);
  const at = key.length - 20;
  const other = key[at] === 'x' ? 'y' : 'x';
  expect(isApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
});

test('keys and tokens do not repeat', () => {
  expect(new Set(Array.from({ length: 200 }, () => createApiKey().key)).size).toBe(200);
  expect(new Set(Array.from({ length: 200 }, createSessionToken)).size).toBe(200);
  expect(createSessionToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('a token is stored as its SHA-256', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
