import { frameBytes, HEADER_BYTES, type Wav } from './wav.ts';

/** A piece of a recording, in frames. */
export type Piece = {
  firstFrame: number;
  frames: number;
  /** Where it begins in the recording, in ms; that is where its times have to be moved. */
  offsetMs: number;
  durationMs: number;
};

/** Reads samples, all channels, from a frame on. */
export type ReadSamples = (firstFrame: number, frames: number) => Promise<Int16Array>;

/** How far before the limit a quiet place is looked for, at most, in ms. */
const SEARCH_MS = 30_000;
/** How long a place has to be quiet, in ms: a breath between two words. */
const QUIET_MS = 200;
/** What loudness is measured of, in ms. */
const STEP_MS = 20;

/**
 * Cuts a recording into pieces that an endpoint takes. Each cut is at a whole millisecond, in the
 * quietest place before the limit, so that no word is cut where there is any pause. The same recording
 * and limit give the same pieces.
 *
 * @param maxBytes of a piece as a WAV file
 */
export async function splitWav(wav: Wav, maxBytes: number, read: ReadSamples): Promise<Piece[]> {
  const most = Math.floor((maxBytes - HEADER_BYTES) / frameBytes(wav));
  const pieces: Piece[] = [];
  for (let first = 0; first < wav.frames; ) {
    const left = wav.frames - first;
    const end = left <= most ? wav.frames : await cutBefore(wav, first, first + most, read);
    const offsetMs = msOf(wav, first);
    const durationMs = msOf(wav, end) - offsetMs;
    pieces.push({ firstFrame: first, frames: end - first, offsetMs, durationMs });
    first = end;
  }
  return pieces;
}

/** The frame of a cut after `first`, at `limit` at the latest. */
async function cutBefore(wav: Wav, first: number, limit: number, read: ReadSamples) {
  const search = Math.min(frameAt(wav, SEARCH_MS), Math.floor((limit - first) / 4));
  const from = limit - search;
  const samples = await read(from, search);
  const quiet = quietestMs(samples, wav);
  const cut = frameAt(wav, Math.floor((from * 1_000) / wav.sampleRate) + quiet);
  // Less than a ms has no place to choose from.
  return cut > first && cut <= limit ? cut : limit;
}

/**
 * The middle of the quietest stretch, in ms from the start of the samples; of several equal ones the
 * last.
 */
export function quietestMs(samples: Int16Array, { channels, sampleRate }: Wav): number {
  const perStep = Math.max(1, Math.round((sampleRate * STEP_MS) / 1_000)) * channels;
  const steps = Math.max(1, Math.floor(samples.length / perStep));
  const window = Math.min(steps, QUIET_MS / STEP_MS);
  const energies = Array.from({ length: steps }, (_, step) => {
    let energy = 0;
    const end = Math.min(samples.length, (step + 1) * perStep);
    for (let at = step * perStep; at < end; at += 1) energy += (samples[at] ?? 0) ** 2;
    return energy;
  });
  let sum = energies.slice(0, window).reduce((total, energy) => total + energy, 0);
  let least = sum;
  let start = 0;
  for (let step = window; step < steps; step += 1) {
    sum += (energies[step] ?? 0) - (energies[step - window] ?? 0);
    if (sum <= least) {
      least = sum;
      start = step - window + 1;
    }
  }
  return Math.round((start + window / 2) * STEP_MS);
}

const frameAt = ({ sampleRate }: Wav, ms: number) => Math.round((ms * sampleRate) / 1_000);

const msOf = ({ sampleRate }: Wav, frame: number) => Math.round((frame * 1_000) / sampleRate);
