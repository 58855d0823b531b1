/** What the bytes of a recording are. */
export type AudioType = {
  /** As endpoints of speech to text tell formats. */
  extension: string;
  mediaType: string;
};

/** What is none of the formats that are known. */
const UNKNOWN: AudioType = { extension: 'bin', mediaType: 'application/octet-stream' };

const SIGNATURES: [bytes: string, at: number, type: AudioType][] = [
  ['WAVE', 8, { extension: 'wav', mediaType: 'audio/wav' }],
  ['ID3', 0, { extension: 'mp3', mediaType: 'audio/mpeg' }],
  ['fLaC', 0, { extension: 'flac', mediaType: 'audio/flac' }],
  ['OggS', 0, { extension: 'ogg', mediaType: 'audio/ogg' }],
  ['ftypM4A', 4, { extension: 'm4a', mediaType: 'audio/mp4' }],
  ['ftyp', 4, { extension: 'mp4', mediaType: 'video/mp4' }],
  ['\x1aE\xdf\xa3', 0, { extension: 'webm', mediaType: 'video/webm' }],
  ['#!AMR', 0, { extension: 'amr', mediaType: 'audio/amr' }],
];

/**
 * Tells what a recording is from its first bytes; what it is called says nothing that could be
 * relied on.
 *
 * @param head 16 bytes or more
 */
export function audioTypeOf(head: Uint8Array): AudioType {
  const text = Buffer.from(head).toString('latin1');
  const found = SIGNATURES.find(([bytes, at]) => text.startsWith(bytes, at));
  if (found) return found[2];
  // Eleven set bits begin a frame of MPEG audio; ADTS, which is AAC, has layer 0.
  const [first = 0, second = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return UNKNOWN;
  return (second & 0x06) === 0
    ? { extension: 'aac', mediaType: 'audio/aac' }
    : { extension: 'mp3', mediaType: 'audio/mpeg' };
}

/** Whether it is one of the formats that are known. */
export const isAudioType = (type: AudioType): boolean => type !== UNKNOWN;
