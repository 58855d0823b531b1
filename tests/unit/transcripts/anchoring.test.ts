import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { createAnchorer, type Quotation } from '../../../src/transcripts/anchoring.ts';
import { segment, talk, words } from './factories.ts';

/** The words of one segment of a talk, or of several, as a citation of them quotes them. */
const quoting = (segments: readonly Segment[], first: number, last = first): Quotation => ({
  quote: segments
    .slice(first, last + 1)
    .map(({ text }) => text)
    .join(' '),
  startMs: segments[first]?.startMs ?? null,
  endMs: segments[last]?.endMs ?? null,
  firstSegment: first,
});
const shifted = (segments: readonly Segment[], ms: number): Segment[] =>
  segments.map((one) => ({
    ...one,
    startMs: (one.startMs ?? 0) + ms,
    endMs: (one.endMs ?? 0) + ms,
  }));
/** The same talk with twice as many, shorter segments. */
const halved = (segments: readonly Segment[]): Segment[] =>
  segments.flatMap((one) => {
    const all = one.text.split(' ');
    const half = Math.ceil(all.length / 2);
    const startMs = one.startMs ?? 0;
    const middle = startMs + 1_400;
    return [
      { ...one, endMs: middle, text: all.slice(0, half).join(' ') },
      { ...one, startMs: middle, text: all.slice(half).join(' ') },
    ];
  });

describe('a quotation in another revision', () => {
  const talked = talk(40, 8);

  it('is anchored where the same words are at the same moment', () => {
    expect(createAnchorer(talked)(quoting(talked, 12, 13))).toEqual({
      status: 'anchored',
      firstSegment: 12,
      lastSegment: 13,
      startMs: 36_000,
      endMs: 41_800,
    });
  });

  it('is anchored whatever the segments of the new revision are', () => {
    expect(createAnchorer(halved(talked))(quoting(talked, 12))).toEqual({
      status: 'anchored',
      firstSegment: 24,
      lastSegment: 25,
      startMs: 36_000,
      endMs: 38_800,
    });
  });

  it('is anchored where words of it were corrected, and case and punctuation changed', () => {
    const corrected = talked.map((one) => ({
      ...one,
      text: `${one.text.toUpperCase().replace(/W3 .*W4/, 'NEW AND BETTER')}!`,
    }));
    expect(createAnchorer(corrected)(quoting(talked, 12))).toMatchObject({
      status: 'anchored',
      firstSegment: 12,
      lastSegment: 12,
    });
  });

  it('has moved where the words are said at another time', () => {
    expect(createAnchorer(shifted(talked, 60_000))(quoting(talked, 12))).toEqual({
      status: 'moved',
      firstSegment: 12,
      lastSegment: 12,
      startMs: 96_000,
      endMs: 98_800,
    });
  });

  it('is lost where the words are gone', () => {
    const without = talked.map((one, at) => (at === 12 ? { ...one, text: words(8, 'new') } : one));
    expect(createAnchorer(without)(quoting(talked, 12))).toEqual({ status: 'lost' });
  });

  it('of a refrain stays at its own moment', () => {
    const song = talked.map((one, at) =>
      at % 10 === 5 ? { ...one, text: 'And the wheel goes round again' } : one,
    );
    const anchor = createAnchorer(halved(song));
    for (const at of [5, 15, 25, 35]) {
      expect(anchor(quoting(song, at))).toMatchObject({ status: 'anchored', firstSegment: 2 * at });
    }
  });

  it('of the nearest of equal passages, where none is at its moment', () => {
    const song = talked.map((one, at) =>
      at === 10 || at === 20 ? { ...one, text: 'And the wheel goes round again' } : one,
    );
    const cited = { ...quoting(song, 20), startMs: 70_000, endMs: 71_000 };
    expect(createAnchorer(song)(cited)).toMatchObject({ status: 'moved', firstSegment: 20 });
  });

  it('is found by its place in a transcript without times', () => {
    const untimed = talked.map((one) => ({ ...one, startMs: null, endMs: null }));
    const anchor = createAnchorer([segment({ startMs: null, endMs: null }), ...untimed]);
    expect(anchor(quoting(untimed, 12))).toMatchObject({ status: 'moved', firstSegment: 13 });
    expect(createAnchorer(untimed)(quoting(untimed, 12))).toMatchObject({ status: 'anchored' });
  });

  it('is found character by character in a language without spaces', () => {
    const said = ['水车在晚上停了下来，因为河里没有水。', '磨坊主人修好了木轮。'];
    const segments = said.map((text, at) =>
      segment({ startMs: at * 5_000, endMs: at * 5_000 + 4_000, text }),
    );
    const corrected = segments.map((one) => ({ ...one, text: one.text.replace('晚上', '夜里') }));
    expect(createAnchorer(corrected)(quoting(segments, 0))).toMatchObject({ status: 'anchored' });
  });

  it('within a long turn is opened at its words, not at the beginning of the turn', () => {
    const paragraph = segment({ endMs: 120_000, text: talked.map(({ text }) => text).join(' ') });
    const found = createAnchorer([paragraph])(quoting(talked, 20));
    expect(found).toMatchObject({ status: 'anchored', firstSegment: 0, lastSegment: 0 });
    expect(found).toHaveProperty('startMs', 60_000);
  });

  it('follows any shift of a whole talk, and any new cut of it', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 500_000 }),
        fc.nat({ max: 39 }),
        fc.nat({ max: 3 }),
        fc.boolean(),
        (shift, first, more, cut) => {
          const last = Math.min(39, first + more);
          const moved = shifted(cut ? halved(talked) : talked, shift);
          const found = createAnchorer(moved)(quoting(talked, first, last));
          const startMs = first * 3_000 + shift;
          expect(found).toMatchObject({ startMs, endMs: last * 3_000 + 2_800 + shift });
          expect(found.status).toBe(shift <= 2_000 ? 'anchored' : 'moved');
        },
      ),
    );
  });

  it('of 1,000 words is found, with its end', () => {
    const long = talk(300, 8);
    expect(createAnchorer(shifted(long, 1_000_000))(quoting(long, 100, 225))).toMatchObject({
      status: 'moved',
      firstSegment: 100,
      lastSegment: 225,
    });
  });

  it('begins with its own words, and not with the same ones of the sentence before', () => {
    const texts = ['and then you see the', 'the mill wheel stalled in winter', 'and that was all'];
    const segments = texts.map((text, at) =>
      segment({ startMs: at * 5_000, endMs: at * 5_000 + 5_000, text }),
    );
    const place = { firstSegment: 1, lastSegment: 1 };
    expect(createAnchorer(segments)(quoting(segments, 1))).toEqual({
      status: 'anchored',
      ...place,
      startMs: 5_000,
      endMs: 10_000,
    });
    const later = createAnchorer(shifted(segments, 60_000));
    expect(later(quoting(segments, 1))).toMatchObject({
      status: 'moved',
      ...place,
      startMs: 65_000,
    });
  });

  it('that is said again and again stays where it was', () => {
    const yes = Array.from({ length: 300 }, (_, at) =>
      segment({ startMs: at * 1_000, endMs: at * 1_000 + 1_000, text: 'Yes.' }),
    );
    expect(createAnchorer(yes)(quoting(yes, 150))).toMatchObject({
      status: 'anchored',
      firstSegment: 150,
    });
  });

  it('is not taken for another one of common words somewhere else', () => {
    const said = segment({
      startMs: 300_000,
      endMs: 310_000,
      text: 'it is what I know and the way we do it',
    });
    const cited = { quote: 'it is the way', startMs: 900_000, endMs: 904_000, firstSegment: 200 };
    expect(createAnchorer([said])(cited)).toEqual({ status: 'lost' });
    const short = { ...cited, quote: 'the way' };
    expect(createAnchorer([said])(short)).toMatchObject({ status: 'moved' });
  });

  it('is found elsewhere by a long run of its words, though its end was corrected', () => {
    const cited = {
      quote: 'the wheel stalled in the winter of nineteen thirty six',
      startMs: 0,
      endMs: 6_000,
      firstSegment: 0,
    };
    const said = segment({
      startMs: 60_000,
      endMs: 66_000,
      text: 'The wheel stalled in the winter of 1936.',
    });
    expect(createAnchorer([said])(cited)).toMatchObject({ status: 'moved', startMs: 60_000 });
  });

  it('has moved when it begins some seconds later, although the captions overlap', () => {
    const cited = { ...quoting(talked, 12), endMs: 50_000 };
    const later = createAnchorer(shifted(talked, 4_000))(cited);
    expect(later).toMatchObject({ status: 'moved', startMs: 40_000 });
    const slightly = createAnchorer(shifted(talked, 1_500))(cited);
    expect(slightly).toMatchObject({ status: 'anchored', startMs: 37_500 });
  });

  it('is anchored in a longer caption that begins earlier, as nobody knows when it was said there', () => {
    const joined = segment({
      startMs: 27_000,
      endMs: 41_800,
      text: talked
        .slice(9, 14)
        .map(({ text }) => text)
        .join(' '),
    });
    expect(createAnchorer([joined])(quoting(talked, 12))).toMatchObject({ status: 'anchored' });
  });

  it('of signs alone is looked for where it was', () => {
    const music = talked.map((one, at) => (at === 12 ? { ...one, text: '♪ ♪' } : one));
    expect(createAnchorer(music)(quoting(music, 12))).toMatchObject({
      status: 'anchored',
      firstSegment: 12,
    });
    expect(createAnchorer(talked)(quoting(music, 12))).toEqual({ status: 'lost' });
  });
});
