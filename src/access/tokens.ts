import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const API_KEY = /^parley_[0-9a-f]{12}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/;

/** What begins with this is an API key; everything else is a session token. */
export const API_KEY_PREFIX = 'parley_';

/** 32 random bytes as base64url. */
export function createSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hex: tokens are random, so that a slow hash would protect nothing more. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * `parley_<id>_<secret><checksum>`: 43 characters of base 62 (256 bits), and six that tell a
 * mistyped key, or a scanner of leaked secrets, from a real one without asking the database.
 *
 * @returns the key, and the beginning by which its owner recognises it
 */
export function createApiKey(): { key: string; prefix: string } {
  const prefix = `${API_KEY_PREFIX}${randomBytes(6).toString('hex')}`;
  let secret = '';
  // 62 × 4 = 248: a byte above would make some characters likelier than others.
  while (secret.length < SECRET_LENGTH) {
    for (const byte of randomBytes(SECRET_LENGTH)) {
      if (byte < 248 && secret.length < SECRET_LENGTH) secret += BASE62[byte % 62];
    }
  }
  return { key: `${prefix}_${secret}${checksum(secret)}`, prefix };
}

/** Whether a string has the form of an API key and its checksum is right. */
export function isApiKey(key: string): boolean {
  if (!API_KEY.test(key)) return false;
  const secret = key.slice(-SECRET_LENGTH - CHECKSUM_LENGTH, -CHECKSUM_LENGTH);
  return key.endsWith(checksum(secret));
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let digits = '';
  while (digits.length < CHECKSUM_LENGTH) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
