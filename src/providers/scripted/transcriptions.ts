import type { ModelServerBody } from './recorded-request.ts';

/** What is "said" in a second, over and over. */
const WORDS = ['the', 'mill', 'grinds', 'by', 'the', 'moon', 'and', 'stalls', 'at', 'noon'];
const BYTES_PER_SECOND_AT = 28;
const HEADER_BYTES = 44;
/** For what is no WAV file, whose header says how long it is. */
const OTHER_BYTES_PER_SECOND = 16_000;
/** Words are a second long; a segment has this many, and its speaker is the next one in turn. */
const SEGMENT_SECONDS = 10;
const SPEAKERS = ['A', 'B'];

/** Words made up for as long as a recording is: one for each second, numbered in their segment. */
export function transcriptionOf(file: Buffer, { response_format, language }: ModelServerBody) {
  const duration = secondsOf(file);
  const starts = Array.from(
    { length: Math.max(1, Math.ceil(duration / SEGMENT_SECONDS)) },
    (_, n) => n,
  );
  const spoken = starts.map((n) => {
    const start = n * SEGMENT_SECONDS;
    const end = Math.min(duration, start + SEGMENT_SECONDS);
    const words = WORDS.slice(0, Math.max(1, Math.ceil(end - start))).map((word, index) => ({
      word,
      start: start + index,
      end: Math.min(end, start + index + 1),
    }));
    return { start, end, words, text: `${words.map(({ word }) => word).join(' ')} ${n + 1}.` };
  });
  const text = spoken.map((segment) => segment.text).join(' ');
  if (response_format === 'diarized_json') {
    const segments = spoken.map(({ words, ...segment }, n) => ({
      type: 'transcript.text.segment',
      id: `seg_${n}`,
      speaker: SPEAKERS[n % SPEAKERS.length],
      ...segment,
    }));
    return { task: 'transcribe', duration, text, segments };
  }
  return {
    task: 'transcribe',
    language: language ?? 'english',
    duration,
    text,
    segments: spoken.map(({ words, ...segment }, id) => ({ id, ...segment, avg_logprob: -0.1 })),
    words: spoken.flatMap(({ words }) => words),
  };
}

function secondsOf(file: Buffer): number {
  const isWav = file.subarray(0, 4).toString('latin1') === 'RIFF' && file.length > HEADER_BYTES;
  if (!isWav) return file.length / OTHER_BYTES_PER_SECOND;
  return (file.length - HEADER_BYTES) / file.readUInt32LE(BYTES_PER_SECOND_AT);
}
