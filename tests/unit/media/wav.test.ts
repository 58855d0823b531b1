import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWavHeader, wavDurationMs, wavHeader } from '../../../src/media/wav.ts';

const file = (wav: { channels: number; sampleRate: number; frames: number }) =>
  Buffer.concat([wavHeader(wav), Buffer.alloc(wav.frames * wav.channels * 2)]);

describe('the header of a WAV file', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1_000, max: 192_000 }),
        fc.nat({ max: 1_000 }),
        (channels, sampleRate, frames) => {
          const bytes = file({ channels, sampleRate, frames });
          expect(readWavHeader(bytes, bytes.length)).toEqual({
            ...{ channels, sampleRate, frames, dataStart: 44 },
          });
        },
      ),
    );
  });

  test('says how long the recording is', () => {
    expect(wavDurationMs({ frames: 24_000, sampleRate: 16_000 })).toBe(1_500);
  });

  test('is found behind chunks that tools put in, also of an odd length', () => {
    const bytes = file({ channels: 1, sampleRate: 16_000, frames: 10 });
    const extra = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const longer = Buffer.concat([bytes.subarray(0, 36), extra, bytes.subarray(36)]);
    expect(readWavHeader(longer, longer.length)).toMatchObject({ dataStart: 56, frames: 10 });
  });

  test.each([0, 0xffff_ffff])(
    'that says %i bytes, as of a stream, has all that is there',
    (size) => {
      const bytes = file({ channels: 2, sampleRate: 8_000, frames: 10 });
      bytes.writeUInt32LE(size, 40);
      expect(readWavHeader(bytes, bytes.length)?.frames).toBe(10);
    },
  );

  test('of 24 bits, of floats or of something else is not read', () => {
    const float = file({ channels: 1, sampleRate: 16_000, frames: 1 });
    float.writeUInt16LE(3, 20);
    const deep = file({ channels: 1, sampleRate: 16_000, frames: 1 });
    deep.writeUInt16LE(24, 34);
    for (const bytes of [float, deep, Buffer.from('ID3'), Buffer.alloc(0)]) {
      expect(readWavHeader(bytes, bytes.length)).toBeUndefined();
    }
  });

  test('of a rate that nothing records is not read', () => {
    const bytes = file({ channels: 2, sampleRate: 16_000, frames: 1 });
    bytes.writeUInt32LE(0xffff_ffff, 24);
    expect(readWavHeader(bytes, bytes.length)).toBeUndefined();
  });

  test('of any bytes is read or refused, and never fails', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        const bytes = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1'), rest]);
        const wav = readWavHeader(bytes, bytes.length);
        if (wav) expect(wav.frames).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
