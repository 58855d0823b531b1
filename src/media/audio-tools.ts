import { basename, dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { AppError } from '../errors.ts';
import { type Program, type ProgramResult, runProgram } from '../providers/run-program.ts';

export type AudioTools = ReturnType<typeof createAudioTools>;

/** What a recording says of itself. */
export type AudioInfo = {
  format: string | null;
  sampleRate: number | null;
  channels: number | null;
  durationSeconds: number | null;
};

/** What recognisers were trained on, and take best. */
export const PROCESSED = { sampleRate: 16_000, channels: 1, format: 'wav' } as const;

/**
 * The containers that are read. A playlist (`hls`, `dash`, `concat`, `sdp`) would make ffmpeg open
 * other files of this machine, or URLs; none of these can name another file.
 */
const FORMATS = [
  ...['aac', 'ac3', 'aiff', 'amr', 'asf', 'au', 'avi', 'caf', 'eac3', 'flac', 'flv'],
  ...['matroska', 'mov', 'mp3', 'mpeg', 'mpegts', 'ogg', 'w64', 'wav'],
];

/** Nothing is read from the terminal, no other file and no URL is opened, and no playlist is read. */
const GUARDED = ['-format_whitelist', FORMATS.join(','), '-protocol_whitelist', 'file'];

/**
 * Exits after signals: ffmpeg's own is 255, launchers give 128 and the signal's number. Other large ones
 * are ffmpeg's errors, such as 183 for data that cannot be read.
 */
const STOPPED = new Set([137, 143, 255]);
const NO_ROOM = /No space left on device|Disk quota exceeded|Cannot allocate memory/;

const OUTPUT_BYTES = 65_536;

const Text = Type.Optional(Type.String());
const Probed = Type.Object({
  streams: Type.Array(Type.Object({ sample_rate: Text, channels: Type.Optional(Type.Integer()) })),
  format: Type.Object({ format_name: Text, duration: Text }),
});
const probed = Compile(Probed);

/**
 * What ffmpeg does with recordings. They come from anybody, and so does what is in them.
 *
 * @param options `ffmpeg`: ffprobe is beside it
 */
export function createAudioTools(options: { ffmpeg: Program; timeoutMs: number }) {
  const { ffmpeg, timeoutMs } = options;
  const ffprobe = { ...ffmpeg, path: besides(ffmpeg.path) };
  return { probe, toWav };

  /**
   * @param path of the recording
   * @throws AppError `unreadable_recording`; `unavailable` where it may be read another time; ENOENT
   *   where there is no ffprobe; the signal's reason
   */
  async function probe(path: string, signal: AbortSignal): Promise<AudioInfo> {
    const wanted = 'stream=sample_rate,channels:format=format_name,duration';
    const asked = ['-select_streams', 'a:0', '-show_entries', wanted, '-of', 'json'];
    const args = ['-v', 'error', ...GUARDED, ...asked, '-i', `file:${path}`];
    const { stdout } = await run(ffprobe, args, signal);
    const { streams, format } = readProbed(stdout);
    const [stream] = streams;
    if (!stream) throw new AppError('unreadable_recording', 'There is no sound in the recording.');
    return {
      format: format.format_name?.slice(0, 100) ?? null,
      sampleRate: positive(stream.sample_rate),
      channels: positive(stream.channels),
      durationSeconds: positive(format.duration),
    };
  }

  /**
   * Makes a WAV file of the first sound in a recording: 16 kHz, mono, 16 bits.
   *
   * @param output a path at which there is nothing yet
   * @param maxBytes of the WAV file; what would be longer is cut off
   * @throws as `probe` does
   */
  async function toWav(input: string, output: string, maxBytes: number, signal: AbortSignal) {
    const { sampleRate, channels, format } = PROCESSED;
    const made = ['-map', '0:a:0', '-map_metadata', '-1', '-ac', `${channels}`];
    const encoded = ['-ar', `${sampleRate}`, '-c:a', 'pcm_s16le', '-fs', `${maxBytes}`];
    const args = ['-nostdin', '-hide_banner', '-v', 'error', '-n', ...GUARDED];
    const files = ['-i', `file:${input}`, ...made, ...encoded, '-f', format, `file:${output}`];
    await run(ffmpeg, [...args, ...files], signal);
  }

  async function run(
    program: Program,
    args: string[],
    callers: AbortSignal,
  ): Promise<ProgramResult> {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([callers, late]);
    const result = await runProgram(program, args, { signal, maxBytes: OUTPUT_BYTES }).catch(
      (cause) => {
        callers.throwIfAborted();
        if (!late.aborted) throw cause;
        const detail = `Reading the recording took longer than ${timeoutMs / 1_000} s.`;
        throw new AppError('unavailable', detail, { cause });
      },
    );
    if (result.code === 0) return result;
    const { code, stderr } = result;
    const cause = new Error(`${basename(program.path)} ended with ${code}: ${stderr.slice(-500)}`);
    // Killed, such as for want of memory, or out of room: that says nothing about the recording.
    if (code === null || STOPPED.has(code) || NO_ROOM.test(stderr)) {
      throw new AppError('unavailable', 'The recording could not be worked on just now.', {
        cause,
      });
    }
    throw new AppError('unreadable_recording', 'This is no recording that can be read.', { cause });
  }
}

function readProbed(stdout: Uint8Array): Static<typeof Probed> {
  try {
    return probed.Parse(JSON.parse(Buffer.from(stdout).toString('utf8')));
  } catch (cause) {
    throw new AppError('unreadable_recording', undefined, { cause });
  }
}

/** ffprobe is installed with ffmpeg, and has the same ending. */
function besides(ffmpegPath: string): string {
  const name = basename(ffmpegPath).replace('ffmpeg', 'ffprobe');
  return ffmpegPath.includes('/') ? join(dirname(ffmpegPath), name) : name;
}

function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : null;
}
