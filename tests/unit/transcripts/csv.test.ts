import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segment } from './factories.ts';
import { writeCsv } from './written.ts';

const HEADER = 'position,startMs,endMs,start,end,speaker,text,confidence';

/** Reads RFC 4180 and nothing else: each record ends with CRLF, quotes stand around whole fields. */
function readCsv(csv: string): string[][] {
  const records: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  const record: string[] = [];
  while (field.lastIndex < csv.length) {
    const found = field.exec(csv);
    if (!found) throw new Error('this is not CSV');
    record.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') records.push(record.splice(0));
  }
  expect(record).toEqual([]);
  return records;
}

describe('CSV', () => {
  it('has a header and a record for each segment', () => {
    const csv = writeCsv([
      segment({ startMs: 1_500, endMs: 3_600_001, speaker: 'Ada', confidence: 0.5 }),
      segment({ startMs: null, endMs: null, text: 'She said "no",\nand left.' }),
    ]);
    expect(csv).toBe(
      `${HEADER}\r\n0,1500,3600001,00:00:01.500,01:00:00.001,"Ada","Hello.",0.5\r\n` +
        '1,,,,,,"She said ""no"",\nand left.",\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1'])(
    'does not let %j run',
    (text) => {
      const [, record = []] = readCsv(writeCsv([segment({ text, speaker: text })]));
      expect(record.slice(5, 7)).toEqual([`'${text}`, `'${text}`]);
    },
  );

  it('leaves no cell that begins a formula, and loses nothing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[=+@"',;\r\n\t-]{0,5}/),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ text, speaker: fc.option(text) })), (items) => {
        const [header, ...records] = readCsv(writeCsv(items.map((item) => segment(item))));
        expect(header?.join(',')).toBe(HEADER);
        expect(records).toHaveLength(items.length);
        for (const [index, record] of records.entries()) {
          expect(record).toHaveLength(8);
          for (const cell of record) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
          const { text: said = '' } = items[index] ?? {};
          expect(record[6]).toBe(/^[=+\-@\t\r\n＝＋－＠]/.test(said) ? `'${said}` : said);
        }
      }),
    );
  });

  it('quotes all text, so that no other separator begins a cell', () => {
    expect(writeCsv([segment({ text: 'a;=1+1', speaker: 'b\t=1' })])).toContain('"b\t=1","a;=1+1"');
  });
});
