import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderTemplate, variablesOf } from '../../src/templates/render.ts';

test('variables are filled wherever they stand', () => {
  expect(renderTemplate('{{a}} and {{ b }}, {{a}}', { a: 'x', b: 'y' })).toBe('x and y, x');
});

test('what is filled in is not read again', () => {
  expect(renderTemplate('{{a}}', { a: '{{b}} $& $1', b: 'no' })).toBe('{{b}} $& $1');
});

test('a missing variable is named', () => {
  expect(() => renderTemplate('{{a}} {{b}}', { a: 'x' })).toThrow(
    expect.objectContaining({
      code: 'invalid_template',
      errors: [{ path: '/values/b', message: 'is missing' }],
    }),
  );
});

test('what an object inherits is no value', () => {
  expect(() => renderTemplate('{{constructor}}', {})).toThrow(/no value/);
});

test('paths, calls and blocks are text', () => {
  const text = '{{a.b}} {{f()}} {{#each x}} {{> y}} {% z %} <%= w %>';
  expect(renderTemplate(text, {})).toBe(text);
  expect(variablesOf(text)).toEqual([]);
});

test('a text without braces comes out as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('{{'));
      expect(renderTemplate(text, {})).toBe(text);
    }),
  );
});
