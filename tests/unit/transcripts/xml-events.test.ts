import { describe, expect, it } from 'vitest';
import { visitXml } from './readers.ts';
import { locationOf } from './unreadable.ts';

const textOf = (xml: string): string => {
  let found = '';
  visitXml(xml, {
    open: ({ name }) => {
      found += `<${name}>`;
    },
    text: (part) => {
      found += part;
    },
    close: () => {
      found += '</>';
    },
  });
  return found;
};

describe('reading XML', () => {
  it('tells elements and text, and no comments or declarations', () => {
    const xml =
      '<?xml version="1.0"?><!DOCTYPE a><a>1<!-- 2 --><x:b c="3"/><![CDATA[<4>]]>&amp;</a>';
    expect(textOf(xml)).toBe('<a>1<b></><4>&</>');
  });

  it('tells each element and text with its line', () => {
    const lines: [string, number][] = [];
    visitXml('<a>\n<b>\n\n</b></a>', {
      open: ({ name }, line) => lines.push([name, line]),
      text: () => {},
      close: (line) => lines.push(['end', line]),
    });
    expect(lines).toEqual([
      ['a', 1],
      ['b', 2],
      ['end', 4],
      ['end', 4],
    ]);
  });

  it('reads a text that is longer than one piece', () => {
    const text = '😀é'.repeat(100_000);
    expect(textOf(`<a>${text}</a>`)).toBe(`<a>${text}</>`);
  });

  it('expands no entities of its own, and reads no files', () => {
    const laughs = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>';
    expect(locationOf(() => textOf(laughs)).message).toContain('undefined entity');
    const file = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    expect(locationOf(() => textOf(file)).message).toContain('undefined entity');
  });

  it.each([
    ['a tag that does not end', `<a ${'b'.repeat(2_000_000)}`, 'does not end'],
    ['a comment that does not end', `<a><!--${'- '.repeat(1_000_000)}`, 'does not end'],
    [
      'a declaration that does not end',
      `<!DOCTYPE a [${'<!ENTITY x "">'.repeat(200_000)}`,
      'not end',
    ],
    ['elements in elements', '<a>'.repeat(100), 'nested deeper than 64'],
    ['a closing tag too many', '<a></a></a>', 'this is not valid XML'],
    ['an attribute that comes twice', '<a b="1" b="2"/>', 'duplicate attribute'],
    ['a character that is none', '<a>&#0;</a>', 'this is not valid XML'],
    ['text outside of it', 'a<a/>', 'this is not valid XML'],
    ['nothing', '', 'must contain a root element'],
  ])('refuses %s', (_, xml, message) => {
    const location = locationOf(() => textOf(xml));
    expect(location.message).toContain(message);
    expect(location.line).toBe(1);
  });
});
