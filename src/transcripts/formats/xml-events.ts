import { SaxesParser } from 'saxes';
import { MAX_SEGMENTS } from '../limits.ts';
import type { Steps } from '../steps.ts';
import { lineAt, unreadableLine } from '../unreadable.ts';

/** An element, without the prefix of its name; its attributes are as they are written. */
export type XmlElement = { name: string; attributes: Readonly<Record<string, string>> };

/** What a reader is told; `line` counts from 1. */
export type XmlVisitor = {
  open(element: XmlElement, line: number): void;
  text(text: string, line: number): void;
  close(line: number): void;
};

// How much is given to the parser at once. What it holds of an unfinished token is not bounded.
const PIECE = 65_536;
// The longest tag, comment or text, and the longest way between two of them.
const LONGEST_TOKEN = 1_048_576;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 16 * MAX_SEGMENTS;

type PlainXml = { xmlns: false; position: true };

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** An attribute by its name without a prefix. */
export const localAttribute = ({ attributes }: XmlElement, name: string): string | undefined => {
  for (const key in attributes) if (localName(key) === name) return attributes[key];
  return undefined;
};

/**
 * Reads XML as a stream of elements and text. No document is built, no DTD is read, and of the
 * entities only the five of XML and numeric ones are known.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line, where it is not well-formed, or has more
 * of something than captions have; and what the visitor throws.
 */
export function* visitXml(text: string, visitor: XmlVisitor): Steps<void> {
  const first = text.search(/\S/);
  if (first !== -1 && text[first] !== '<') {
    throw unreadableLine(lineAt(text, first), 'this is not valid XML: expected <');
  }
  const parser = new SaxesParser<PlainXml>({ xmlns: false, position: true });
  let depth = 0;
  let elements = 0;
  let read = 0;
  let heard = 0;
  const fail = (message: string): never => {
    throw unreadableLine(Math.max(1, parser.line), message);
  };
  parser.on('error', ({ message }) =>
    fail(`this is not valid XML: ${message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')}`),
  );
  parser.on('opentag', ({ name, attributes }) => {
    heard = read;
    depth += 1;
    elements += 1;
    if (depth > MAX_DEPTH) fail(`elements are nested deeper than ${MAX_DEPTH}`);
    if (elements > MAX_ELEMENTS) fail(`there are more than ${MAX_ELEMENTS} elements`);
    visitor.open({ name: localName(name), attributes }, parser.line);
  });
  parser.on('closetag', () => {
    heard = read;
    depth -= 1;
    visitor.close(parser.line);
  });
  const onText = (part: string): void => {
    heard = read;
    visitor.text(part, parser.line);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  // Handlers for comments and declarations as well would be too many: V8 turns the parser into a
  // hash table, which takes five times as long.
  while (read < text.length) {
    const end = Math.min(read + PIECE, text.length);
    parser.write(text.slice(read, end));
    read = end;
    yield;
    if (read - heard > LONGEST_TOKEN) fail('a tag, a comment or a text does not end');
  }
  parser.close();
}
