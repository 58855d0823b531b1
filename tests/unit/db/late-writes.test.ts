import { expect, test } from 'vitest';
import { isLateWrite } from '../../../src/db/late-writes.ts';

const MESSAGE = "Cannot read properties of null (reading 'write')";
const stack = (file: string) =>
  `TypeError: ${MESSAGE}\n    at Immediate.nextWrite (${file}:255:22)`;

test('a write of the driver that came too late is known by where it was thrown', () => {
  const late = { name: 'TypeError', message: MESSAGE };
  expect(isLateWrite({ ...late, stack: stack('/x/postgres/src/connection.js') })).toBe(true);
  expect(isLateWrite({ ...late, stack: stack('/x/src/chat/ask.ts') })).toBe(false);
  expect(isLateWrite(new TypeError('another'))).toBe(false);
});

test('whatever else is thrown is none', () => {
  for (const thrown of [null, undefined, {}]) expect(isLateWrite(thrown)).toBe(false);
});
