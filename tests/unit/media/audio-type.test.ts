import { expect, test } from 'vitest';
import { audioTypeOf, isAudioType } from '../../../src/media/audio-type.ts';

test.each([
  ['RIFF\0\0\0\0WAVE', 'wav'],
  ['ID3\x04', 'mp3'],
  ['\xff\xfb\x90', 'mp3'],
  ['\xff\xf1\x50', 'aac'],
  ['fLaC', 'flac'],
  ['OggS', 'ogg'],
  ['\0\0\0\x20ftypM4A ', 'm4a'],
  ['\0\0\0\x20ftypisom', 'mp4'],
  ['\x1aE\xdf\xa3', 'webm'],
])('%j begins a file that endings call %s', (bytes, extension) => {
  const type = audioTypeOf(Buffer.from(bytes, 'latin1'));
  expect(type.extension).toBe(extension);
  expect(isAudioType(type)).toBe(true);
});

test.each(['', '<!doctype html>', '#EXTM3U', '\xff'])('%j begins no recording', (bytes) => {
  expect(isAudioType(audioTypeOf(Buffer.from(bytes, 'latin1')))).toBe(false);
});
