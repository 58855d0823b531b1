import { hasYtDlp, ytDlpFailure } from './captions/yt-dlp.ts';
import { type Program, startProgram } from './run-program.ts';
import { timeLimited } from './time-limits.ts';

/** The sound of YouTube videos. */
export interface YoutubeAudio {
  /** Whether there is a yt-dlp that answers. */
  isInstalled(): Promise<boolean>;
  /**
   * The sound of a video, while it arrives; it ends with an error when not all of it came.
   *
   * @throws AppError such as `video_unavailable`, `source_unreadable` or `source_timeout`; the
   *   signal's reason once it is aborted
   */
  fetch(youtubeVideoId: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void>;
}

/**
 * One file as the source has it, so that nothing has to be put together. A configuration file could
 * name another output, cookies, or programs to run.
 */
const ARGUMENTS = [
  ...['--ignore-config', '--no-warnings', '--no-cache-dir', '--no-playlist', '--quiet'],
  ...['--format', 'bestaudio[ext=m4a]/bestaudio/best', '--output', '-'],
];

/** @param options `timeoutMs`: of all of a fetch */
export function createYoutubeAudio(options: { ytDlp: Program; timeoutMs: number }): YoutubeAudio {
  const { ytDlp, timeoutMs } = options;
  return {
    isInstalled: () => hasYtDlp(ytDlp),

    async *fetch(youtubeVideoId, callers) {
      const signal = timeLimited(timeoutMs, callers);
      const url = `https://www.youtube.com/watch?v=${youtubeVideoId}`;
      const program = startProgram(ytDlp, [...ARGUMENTS, '--', url], signal);
      try {
        yield* program.stdout;
        const end = await program.ended;
        if (end.code !== 0) throw ytDlpFailure(end);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        program.stop(new Error('nobody reads on'));
      }
    },
  };
}
