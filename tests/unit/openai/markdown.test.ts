import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMarkdownWriter } from '../../../src/openai/markdown.ts';

const URL = 'https://youtu.be/T1deM1ll_07?t=12';

test('a marker becomes a link, and its span is where the link stands', () => {
  const markdown = createMarkdownWriter();
  expect(markdown.text('It stalled 🌊 ')).toBe('It stalled 🌊 ');
  const { text, start, end } = markdown.marker(1, URL);
  expect(text).toBe(`[1](${URL})`);
  expect(markdown.text('.')).toBe('.');
  expect(markdown.content().slice(start, end)).toBe(text);
  expect(markdown.content()).toBe(`It stalled 🌊 [1](${URL}).`);
});

test.each([
  ['[click](https://evil.example)', '\\[click](https://evil.example)'],
  ['![x](https://evil.example/?q=secret)', '!\\[x](https://evil.example/?q=secret)'],
  ['\\[click](https://evil.example)', '\\\\\\[click](https://evil.example)'],
  ['[1]: https://evil.example', '\\[1]: https://evil.example'],
  ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)>'],
  ['<https://evil.example>', '\\<https://evil.example>'],
  ['**Bold**, `code` and 3 > 2', '**Bold**, `code` and 3 > 2'],
])('%s is written as %s', (raw, written) => {
  expect(createMarkdownWriter().text(raw)).toBe(written);
});

test('what follows a marker without an address does not become its address', () => {
  for (const [next, written] of [
    ['(https://evil.example)', '\\(https://evil.example)'],
    [': https://evil.example', '\\: https://evil.example'],
    ['[x]', '\\[x]'],
  ] as const) {
    const markdown = createMarkdownWriter();
    expect(markdown.marker(1, null).text).toBe('[1]');
    expect(markdown.text('') + markdown.text(next)).toBe(written);
    expect(markdown.text('(aside)')).toBe('(aside)');
  }
});

test('a marker behind an exclamation mark is no image', () => {
  const markdown = createMarkdownWriter();
  markdown.text('It stalled!');
  const { text, start, end } = markdown.marker(1, URL);
  expect(text).toBe(` [1](${URL})`);
  expect(markdown.content().slice(start, end)).toBe(`[1](${URL})`);
});

type Part = string | { url: string | null };
const parts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    fc.string({ unit: fc.constantFrom('[', ']', '(', ')', '!', '\\', '<', '>', ':', 'a', '\n') }),
    fc.constantFrom({ url: URL }, { url: null }),
  ),
);

test('no bracket opens anything but a marker, whatever is written and however it is cut', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const markdown = createMarkdownWriter();
      const starts = new Set<number>();
      for (const part of given) {
        if (typeof part === 'string') markdown.text(part);
        else starts.add(markdown.marker(1, part.url).start);
      }
      const content = markdown.content();
      for (const { index } of content.matchAll(/[[<]/g)) {
        const before = /\\*$/.exec(content.slice(0, index))?.[0].length ?? 0;
        expect(before % 2 === 1, content).toBe(!starts.has(index));
        if (starts.has(index)) expect(content[index - 1]).not.toBe('!');
      }
      expect(content).not.toMatch(/\[1\](\(?!https:\/\/youtu\.be|:)/);
    }),
    { numRuns: 2_000 },
  );
});
