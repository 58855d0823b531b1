import { expect, it } from 'vitest';
import { languageTag } from '../../../src/transcripts/formats/language.ts';

it.each([
  ['en', 'en'],
  ['pt_br', 'pt-BR'],
  [' ZH-hans ', 'zh-Hans'],
  ['english', 'en'],
  ['Hebrew', 'he'],
  ['klingonese', null],
  ['en-x', null],
  ['en-abc-abc-abc-abc-abc', null],
  ['a'.repeat(100), null],
  ['', null],
  [undefined, null],
  [7, null],
])('The language of %j is %j', (value, tag) => {
  expect(languageTag(value)).toBe(tag);
});
