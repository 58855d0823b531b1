import { expect, test } from 'vitest';
import { createPasswords } from '../../../src/access/passwords.ts';

test('a password fits its own hash and no other does', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(hash, 'correct horse')).toBe(true);
  expect(await passwords.verify(hash, 'correct horsf')).toBe(false);
});

test('without an account no password fits, not even that of the stand-in', async () => {
  const passwords = createPasswords();
  expect(await passwords.verify(undefined, 'no account has this password')).toBe(false);
});

test('more than two hundred that wait are turned away, and all others are answered', async () => {
  const passwords = createPasswords(1);
  const results = await Promise.allSettled(
    Array.from({ length: 203 }, () => passwords.verify(undefined, 'x')),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(2);
  expect(refused[0]?.reason).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
});
