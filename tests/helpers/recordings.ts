import { wavHeader } from '../../src/media/wav.ts';

/** A WAV file of 16 kHz mono with a tone, and silence between the given ms. */
export function toneWav(durationMs: number, quiet: [fromMs: number, toMs: number][] = []): Buffer {
  const sampleRate = 16_000;
  const frames = (durationMs * sampleRate) / 1_000;
  const samples = Buffer.alloc(frames * 2);
  for (let frame = 0; frame < frames; frame += 1) {
    const ms = (frame * 1_000) / sampleRate;
    const isQuiet = quiet.some(([from, to]) => ms >= from && ms < to);
    samples.writeInt16LE(isQuiet ? 0 : Math.round(9_000 * Math.sin(frame / 6)), frame * 2);
  }
  return Buffer.concat([wavHeader({ channels: 1, sampleRate, frames }), samples]);
}
