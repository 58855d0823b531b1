import { expect, test } from 'vitest';
import { sessionEnd } from '../../../src/access/sessions.ts';

const DAY = 86_400_000;

test('a session ends seven days after its last use', () => {
  expect(sessionEnd(new Date(0), 3 * DAY)).toEqual(new Date(10 * DAY));
});

test('a session ends thirty days after its login, however much it is used', () => {
  expect(sessionEnd(new Date(0), 29 * DAY)).toEqual(new Date(30 * DAY));
});
