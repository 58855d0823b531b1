import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWav } from '../../../src/media/split-wav.ts';
import { HEADER_BYTES, type Wav } from '../../../src/media/wav.ts';

const wavOf = (samples: Int16Array, sampleRate: number, channels: number): Wav => ({
  ...{ sampleRate, channels, dataStart: HEADER_BYTES },
  frames: Math.floor(samples.length / channels),
});
const reader = (samples: Int16Array, channels: number) => async (first: number, frames: number) =>
  samples.subarray(first * channels, (first + frames) * channels);

const recordings = fc.record({
  samples: fc.int16Array({ minLength: 1, maxLength: 6_000 }),
  sampleRate: fc.constantFrom(1_000, 8_000, 11_025, 16_000, 44_100),
  channels: fc.constantFrom(1, 2),
  most: fc.integer({ min: 1, max: 3_000 }),
});

describe('cutting a recording', () => {
  test('gives pieces that are small enough, and joined are the recording', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async ({ samples, sampleRate, channels, most }) => {
        const wav = wavOf(samples, sampleRate, channels);
        const maxBytes = HEADER_BYTES + most * channels * 2;
        const read = reader(samples, channels);
        const pieces = await splitWav(wav, maxBytes, read);
        const joined = await Promise.all(
          pieces.map(({ firstFrame, frames }) => read(firstFrame, frames)),
        );
        expect(joined.flatMap((piece) => [...piece])).toEqual([
          ...samples.subarray(0, wav.frames * channels),
        ]);
        for (const { frames } of pieces) {
          expect(frames).toBeGreaterThan(0);
          expect(frames).toBeLessThanOrEqual(most);
        }
        expect(await splitWav(wav, maxBytes, read)).toEqual(pieces);
      }),
    );
  });

  test('says where each piece begins, to the millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async ({ samples, sampleRate, channels, most }) => {
        const wav = wavOf(samples, sampleRate, channels);
        const pieces = await splitWav(
          wav,
          HEADER_BYTES + most * channels * 2,
          reader(samples, channels),
        );
        let end = 0;
        for (const { firstFrame, offsetMs, durationMs } of pieces) {
          expect(offsetMs).toBe(end);
          expect(Math.abs(offsetMs - (firstFrame * 1_000) / sampleRate)).toBeLessThanOrEqual(0.5);
          end = offsetMs + durationMs;
        }
        expect(end).toBe(Math.round((wav.frames * 1_000) / sampleRate));
      }),
    );
  });

  test('is done where it is quiet, and at a whole millisecond', async () => {
    const samples = new Int16Array(16_000 * 20).map((_, at) => (at % 2 === 0 ? 8_000 : -8_000));
    // Quiet from 8.0 s to 8.4 s; the limit is at 9.5 s.
    samples.fill(3, 16_000 * 8, 16_000 * 8.4);
    const wav = wavOf(samples, 16_000, 1);
    const [first] = await splitWav(wav, HEADER_BYTES + 16_000 * 9.5 * 2, reader(samples, 1));
    expect(first?.durationMs).toBeGreaterThanOrEqual(8_100);
    expect(first?.durationMs).toBeLessThanOrEqual(8_300);
    expect(first?.frames).toBe((first?.durationMs ?? 0) * 16);
  });

  test('leaves alone what is small enough', async () => {
    const samples = new Int16Array(100);
    expect(
      await splitWav(wavOf(samples, 16_000, 1), HEADER_BYTES + 200, reader(samples, 1)),
    ).toEqual([{ firstFrame: 0, frames: 100, offsetMs: 0, durationMs: 6 }]);
  });
});
