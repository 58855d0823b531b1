import { AppError } from '../../errors.ts';
import { MAX_PLAYLIST_VIDEOS } from '../captions.ts';
import { type Program, type ProgramEnd, runProgram } from '../run-program.ts';
import { listOf, recordOf, textOf } from './json-values.ts';
import { parseJson } from './read-answer.ts';
import { codeOfReason } from './refusals.ts';
import type { VideoCatalogue } from './video-catalogue.ts';
import { readVideoInfo } from './yt-dlp-info.ts';

export type YtDlpOptions = {
  ytDlp: Program;
  /** The most that it may write, in bytes. */
  maxBytes: number;
};

/** A configuration file could name another output, cookies, or programs to run. */
const ALWAYS = ['--ignore-config', '--no-warnings', '--no-cache-dir', '--skip-download'];

/** What an installed yt-dlp finds out. It says where captions are, and fetches none. */
export function createYtDlp({ ytDlp, maxBytes }: YtDlpOptions): VideoCatalogue {
  return {
    async describe(youtubeVideoId, signal) {
      const url = `https://www.youtube.com/watch?v=${youtubeVideoId}`;
      return readVideoInfo(await ask(['--no-playlist', '--dump-single-json', '--', url], signal));
    },

    async listPlaylist(playlistId, signal) {
      const url = `https://www.youtube.com/playlist?list=${encodeURIComponent(playlistId)}`;
      const limit = ['--flat-playlist', '--playlist-end', String(MAX_PLAYLIST_VIDEOS)];
      const { entries } = recordOf(await ask([...limit, '--dump-single-json', '--', url], signal));
      return listOf(entries)
        .map(recordOf)
        .flatMap(({ id, title }) =>
          typeof id === 'string' && /^[\w-]{11}$/.test(id)
            ? [{ youtubeVideoId: id, title: textOf(title, 500) }]
            : [],
        )
        .slice(0, MAX_PLAYLIST_VIDEOS);
    },
  };

  async function ask(args: string[], signal: AbortSignal): Promise<unknown> {
    const limits = { signal, maxBytes };
    const { code, stdout, stderr } = await runProgram(ytDlp, [...ALWAYS, ...args], limits);
    if (code === 0) return parseJson(stdout);
    throw ytDlpFailure({ code, stderr });
  }
}

/** Why it gave nothing, as far as it says. */
export function ytDlpFailure({ code, stderr }: ProgramEnd): AppError {
  const error = stderr
    .split('\n')
    .filter((line) => line.startsWith('ERROR:'))
    .join(' ');
  return new AppError(codeOfReason(error) ?? 'source_unreadable', undefined, {
    cause: new Error(`yt-dlp ended with ${code}: ${error || stderr.slice(-500)}`),
  });
}

/** Whether there is a yt-dlp that answers. */
export async function hasYtDlp(ytDlp: Program): Promise<boolean> {
  const limits = { signal: AbortSignal.timeout(10_000), maxBytes: 1_000 };
  return runProgram(ytDlp, ['--ignore-config', '--version'], limits).then(
    ({ code }) => code === 0,
    () => false,
  );
}
