import { describe, expect, it } from 'vitest';
import { segment } from './factories.ts';
import { readPlainText } from './readers.ts';
import { locationOf } from './unreadable.ts';
import { writePlainText } from './written.ts';

const summary = (text: string) =>
  readPlainText(text).segments.map((found) => [
    found.startMs,
    found.endMs,
    found.speaker,
    found.text,
  ]);

describe('reading plain text', () => {
  it('makes a segment without times of each line', () => {
    expect(readPlainText('One.\n  Two. \n').segments).toEqual([
      segment({ startMs: null, endMs: null, text: 'One.' }),
      segment({ startMs: null, endMs: null, text: 'Two.' }),
    ]);
  });

  it('makes a segment of each paragraph where blank lines separate them', () => {
    expect(summary('One\nand a half.\n\n\nTwo.\n')).toEqual([
      [null, null, null, 'One\nand a half.'],
      [null, null, null, 'Two.'],
    ]);
  });

  it('makes a segment of each line where a blank line only sets off a title', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    expect(readPlainText(`Title\n\n${lines.join('\n')}`).segments).toHaveLength(21);
  });

  it('takes names that recur as speakers, within paragraphs, too', () => {
    const text = 'Ada: Hi.\nBob: Hello\nthere.\n\nAda: Bye.\nBob: Bye.\n\nNote: they left.\n';
    expect(summary(text)).toEqual([
      [null, null, 'Ada', 'Hi.'],
      [null, null, 'Bob', 'Hello\nthere.'],
      [null, null, 'Ada', 'Bye.'],
      [null, null, 'Bob', 'Bye.'],
      [null, null, null, 'Note: they left.'],
    ]);
  });

  it('does not take a sentence with a colon for a speaker', () => {
    const text = 'He said: no.\nhe: yes\nhe: no\nThe Long And Winding Road: one\n'.repeat(2);
    expect(readPlainText(text).segments.every(({ speaker }) => speaker === null)).toBe(true);
  });

  it('reads leading times of every kind; each line lasts until the next', () => {
    expect(summary('[00:00:05] Ada: Hi.\n(0:07.5) - Yes.\n1:02:03 Ada: So.\n75:30 End.')).toEqual([
      [5_000, 7_500, 'Ada', 'Hi.'],
      [7_500, 3_723_000, null, 'Yes.'],
      [3_723_000, 4_530_000, 'Ada', 'So.'],
      [4_530_000, 4_530_000, null, 'End.'],
    ]);
  });

  it('reads times on lines of their own, as YouTube shows them', () => {
    expect(summary('0:00\nhello everyone\n0:05\nSPEAKER_01: welcome back')).toEqual([
      [0, 5_000, null, 'hello everyone'],
      [5_000, 5_000, 'SPEAKER_01', 'welcome back'],
    ]);
  });

  it('reads times in front of paragraphs', () => {
    expect(summary('0:01 one\nmore\n\n0:02 two\nmore\nand more')).toEqual([
      [1_000, 2_000, null, 'one\nmore'],
      [2_000, 2_000, null, 'two\nmore\nand more'],
    ]);
  });

  it('forgives one line in ten without a time', () => {
    const lines = Array.from({ length: 10 }, (_, index) => `0:1${index} line ${index}`);
    const { segments } = readPlainText([...lines, 'and more'].join('\n'));
    expect(segments).toHaveLength(10);
    expect(segments[9]?.text).toBe('line 9\nand more');
  });

  it('keeps times as text where only some lines have one', () => {
    expect(summary('12:30 lunch\nwas late\ntoday')).toEqual([
      [null, null, null, '12:30 lunch'],
      [null, null, null, 'was late'],
      [null, null, null, 'today'],
    ]);
    expect(summary('12:30 is lunch')).toEqual([[null, null, null, '12:30 is lunch']]);
  });

  it('keeps times that run backwards as text, with a warning', () => {
    const { segments, warnings } = readPlainText('[0:05] a\n[0:01] b\n[0:09] c');
    expect(segments.map(({ text }) => text)).toEqual(['[0:05] a', '[0:01] b', '[0:09] c']);
    expect(warnings).toMatchObject([{ code: 'timestamps_ignored', count: 1, line: 2 }]);
  });

  it('refuses a file without text', () => {
    expect(locationOf(() => readPlainText(' \n\t\n'))).toMatchObject({ path: 'text', line: 1 });
  });
});

describe('writing plain text', () => {
  it('writes a line per segment, with its time and its speaker', () => {
    const text = writePlainText([
      segment({ startMs: 5_999, speaker: 'Ada', text: 'One\n  two' }),
      segment({ startMs: null, endMs: null }),
    ]);
    expect(text).toBe('[00:00:05] Ada: One two\nHello.\n');
  });
});
