/** A WAV file of 16-bit PCM: the samples of all channels of a moment stand together, as a frame. */
export type Wav = {
  channels: number;
  /** Frames a second. */
  sampleRate: number;
  /** Where the samples begin, in bytes from the start of the file. */
  dataStart: number;
  frames: number;
};

/** Bytes of a header that this file writes. */
export const HEADER_BYTES = 44;
/** Bytes of the start of a file that are enough to read its header, with what tools put in it. */
export const HEADER_SEARCH_BYTES = 65_536;

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const SAMPLE_BYTES = 2;
/** What is beyond these is no recording. */
const MOST_CHANNELS = 64;
const LOWEST_RATE = 1_000;
/** What measuring devices record; a header that says more is no truth. */
const HIGHEST_RATE = 768_000;

export const frameBytes = ({ channels }: Pick<Wav, 'channels'>) => channels * SAMPLE_BYTES;

/** How long it is, in ms. */
export const wavDurationMs = ({ frames, sampleRate }: Pick<Wav, 'frames' | 'sampleRate'>) =>
  Math.round((frames * 1_000) / sampleRate);

/**
 * Reads the header of a WAV file (RIFF, https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html).
 *
 * @param head the first bytes of the file
 * @param fileSize all its bytes; a header that was written before the end was known says nothing
 * @returns undefined for what is not 16-bit PCM in a WAV file
 */
export function readWavHeader(head: Uint8Array, fileSize: number): Wav | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (!hasName(view, 0, 'RIFF') || !hasName(view, 8, 'WAVE')) return undefined;
  let format: Pick<Wav, 'channels' | 'sampleRate'> | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (hasName(view, at, 'fmt ')) {
      format = readFormat(view, body, size);
      if (!format) return undefined;
    }
    if (hasName(view, at, 'data')) {
      if (!format) return undefined;
      const rest = Math.max(0, fileSize - body);
      const bytes = size === 0 ? rest : Math.min(size, rest);
      return { ...format, dataStart: body, frames: Math.floor(bytes / frameBytes(format)) };
    }
    // Chunks begin at even places.
    at = body + size + (size % 2);
  }
  return undefined;
}

function readFormat(view: DataView, at: number, size: number) {
  if (size < 16 || at + size > view.byteLength) return undefined;
  const tag = view.getUint16(at, true);
  const subformat = tag === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : tag;
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const isRead = subformat === PCM && bits === 8 * SAMPLE_BYTES;
  const isSound =
    channels > 0 &&
    channels <= MOST_CHANNELS &&
    sampleRate >= LOWEST_RATE &&
    sampleRate <= HIGHEST_RATE;
  return isRead && isSound ? { channels, sampleRate } : undefined;
}

function hasName(view: DataView, at: number, name: string): boolean {
  if (at + 4 > view.byteLength) return false;
  return [...name].every((letter, index) => view.getUint8(at + index) === letter.charCodeAt(0));
}

/** The header of a WAV file with so many frames. */
export function wavHeader({ channels, sampleRate, frames }: Omit<Wav, 'dataStart'>): Buffer {
  const bytes = frames * channels * SAMPLE_BYTES;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * SAMPLE_BYTES, 28);
  header.writeUInt16LE(channels * SAMPLE_BYTES, 32);
  header.writeUInt16LE(8 * SAMPLE_BYTES, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return header;
}
