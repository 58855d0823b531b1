import { audioTypeOf } from './audio-type.ts';
import type { ReceivedFile } from './incoming.ts';
import { readWavHeader, type Wav, wavDurationMs } from './wav.ts';

/** What is stored of bytes that have arrived; how long a WAV file is, its header says. */
export function describeRecording({ head, size, contentHash }: Omit<ReceivedFile, 'path'>) {
  const wav = readWavHeader(head, size);
  return {
    fileSize: size,
    contentHash,
    formatInfo: { ...audioTypeOf(head), ...(wav && soundOf(wav)) },
    durationSeconds: wav ? wavDurationMs(wav) / 1_000 : null,
    downloadStatus: 'completed' as const,
    downloadError: null,
  };
}

const soundOf = ({ sampleRate, channels }: Wav) => ({ sampleRate, channels });
