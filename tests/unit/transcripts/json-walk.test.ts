import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../src/transcripts/formats/json-walk.ts';
import { walkJson } from './readers.ts';
import { locationOf } from './unreadable.ts';

const elementsOf = (text: string, path: readonly string[]): unknown[] => {
  const found: unknown[] = [];
  const elements: Wanted = { elements: (value) => found.push(value) };
  walkJson(
    text,
    path.reduceRight<Wanted>((wanted, key) => ({ members: { [key]: wanted } }), elements),
  );
  return found;
};

describe('walking JSON', () => {
  it('gives every element of a list as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.nat({ max: 3 }),
        (list, other, space) => {
          const text = JSON.stringify({ other, list, more: [other], in: { list } }, null, space);
          const parsed = JSON.parse(text);
          expect(elementsOf(text, ['list'])).toEqual(parsed.list);
          expect(elementsOf(text, ['in', 'list'])).toEqual(parsed.list);
        },
      ),
    );
  });

  it('tells the name of every member of an object, and what stands where a list should', () => {
    const found: unknown[] = [];
    walkJson('{"a":1,"b\\u0063":{"d":2},"list":[3],"a":4,"list":"none"}', {
      key: (name) => found.push(name),
      members: {
        list: { elements: (value) => found.push([value]), value: (value) => found.push({ value }) },
      },
    });
    expect(found).toEqual(['a', 'bc', 'list', [3], 'a', 'list', { value: 'none' }]);
  });

  it('takes exactly what JSON.parse takes of objects', () => {
    const parts = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"\\',
        '"',
        '1',
        '-',
        '.5',
        'true',
        'nul',
        ' ',
        '\n',
      ],
      ...['{"list":[', ']}', '{"list":', '"list"', '\t', '\u00A0', '\u0001'],
    );
    const texts = fc.array(parts, { maxLength: 12 }).map((all) => `{${all.join('')}}`);
    const accepts = (read: () => unknown): boolean => {
      try {
        read();
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(texts, (text) => {
        const taken = accepts(() => elementsOf(text, ['list']));
        expect(taken).toBe(accepts(() => JSON.parse(text)));
      }),
      { numRuns: 5_000 },
    );
  });

  it('tells where each element begins, across pieces that are parsed together', () => {
    const text = `{"list": [${Array.from({ length: 20_000 }, (_, at) => `\n${at}`).join()}]}`;
    walkJson(text, {
      members: {
        list: {
          elements: (value, index, offset) => {
            if (value !== index || !text.startsWith(`${index}`, offset)) {
              throw new Error(`${value} stands at ${offset}`);
            }
          },
        },
      },
    });
    expect(elementsOf(text, ['list'])).toHaveLength(20_000);
  });

  it('passes over what is of another kind', () => {
    expect(elementsOf('{"list": {"list": [1]}, "a": [{"list": [2]}]}', ['list'])).toEqual([]);
    expect(elementsOf('{"in": [{"list": [1]}]}', ['in', 'list'])).toEqual([]);
    expect(elementsOf('{"__proto__": {"list": [1]}}', ['toString', 'list'])).toEqual([]);
  });

  it.each([
    ['in what is wanted', '{\n"list": [1,\n2,\n,3]}', 4],
    ['behind what is wanted', '{\n"list": [1],\n"b": tru}', 3],
    ['in front of it', '{"a": [1 2],\n"list": []}', 1],
    ['in a long list that is not wanted', `{"a": [${'1,\n'.repeat(50_000)}x]}`, 50_001],
    ['in a long object that is not wanted', `{"a": {${'"k": 1,\n'.repeat(50_000)}x}}`, 50_001],
    ['at the end', '{"list": [1]}\n}', 2],
    ['where it is cut off', '{"list": [1,\n\n', 3],
    ['in a string', '{"list": ["a",\n"\u0001"]}', 2],
    ['where brackets cross', '{"list": [[1}]}', 1],
  ])('names the line of a mistake %s', (_, text, line) => {
    expect(locationOf(() => elementsOf(text, ['list']))).toMatchObject({ line });
  });

  it('refuses lists in lists without an end, and takes some', () => {
    const nested = (depth: number) => {
      const long = `"${'x'.repeat(70_000)}"`;
      return `{"a": ${'['.repeat(depth)}${long}${']'.repeat(depth)}}`;
    };
    expect(elementsOf(nested(30), ['list'])).toEqual([]);
    const location = locationOf(() => elementsOf(nested(40), ['list']));
    expect(location.message).toContain('nested deeper than 32');
  });
});
