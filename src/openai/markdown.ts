/** A marker as it was written, with the span in the content that it takes; `end` excluded. */
type WrittenMarker = { text: string; start: number; end: number };

/**
 * Writes an answer as Markdown in which nothing is a link but the markers of its citations: what
 * was said, and what a model wrote, may hold `[…](…)`, `![…](…)` or HTML. Such text is escaped, so
 * that it reads as it is (https://spec.commonmark.org/0.31.2/#backslash-escapes).
 */
export function createMarkdownWriter() {
  let content = '';
  let afterPlainMarker = false;
  return { text, marker, content: () => content };

  function text(raw: string): string {
    if (raw === '') return '';
    let written = raw.replace(/[\\[<]/g, '\\$&');
    // `[1]` alone would take what follows for its address, or for its definition.
    if (afterPlainMarker) written = written.replace(/^[(:]/, '\\$&');
    afterPlainMarker = false;
    return append(written);
  }

  /** @param url an address without spaces and brackets; null where there is none */
  function marker(number: number, url: string | null): WrittenMarker {
    // Right behind `!` a link would be an image.
    const gap = content.endsWith('!') ? append(' ') : '';
    const start = content.length;
    const link = append(url === null ? `[${number}]` : `[${number}](${url})`);
    afterPlainMarker = url === null;
    return { text: gap + link, start, end: content.length };
  }

  function append(written: string): string {
    content += written;
    return written;
  }
}
