import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { VIDEO } from './youtube.ts';

/** What the program does when it is run: what it prints, and how it ends. */
export type Performance = { stdout?: string; stderr?: string; code?: number; does?: string };

const program = (folder: string) => `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync('${folder}/calls', JSON.stringify(process.argv.slice(2)) + '\\n');
if (process.argv.includes('--version')) { console.log('2026.01.01'); process.exit(0); }
const { stdout = '', stderr = '', code = 0, does = '' } = JSON.parse(fs.readFileSync('${folder}/performance', 'utf8'));
eval(does);
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = code;
`;

/** A program that plays yt-dlp. It is removed with the test file. */
export async function fakeYtDlp() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-yt-dlp-'));
  afterAll(() => rm(folder, { recursive: true }));
  const path = join(folder, 'yt-dlp');
  await writeFile(path, program(folder));
  await chmod(path, 0o755);
  return {
    path,
    folder,
    performs: (performance: Performance) =>
      writeFile(join(folder, 'performance'), JSON.stringify(performance)),
    /** The arguments of each run, but for those that ask for the version. */
    async calls(): Promise<string[][]> {
      const lines = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
      const calls = lines.map((line): string[] => JSON.parse(line));
      return calls.filter((args) => !args.includes('--version'));
    },
  };
}

/** The shape of `yt-dlp --dump-single-json`, with its captions at `origin`. */
export const videoInfo = (origin: string) => {
  const formats = (query: string) =>
    ['json3', 'srv1', 'vtt'].map((ext) => ({
      ext,
      url: `${origin}/api/timedtext?v=${VIDEO}&${query}&fmt=${ext}`,
      name: 'A track',
    }));
  return {
    id: VIDEO,
    title: 'Grinding by the Moon',
    description: 'A mill, and a tide.',
    channel: 'Mills & Millers',
    uploader: 'mills',
    duration: 61,
    timestamp: 1_709_661_600,
    upload_date: '20240305',
    language: 'en',
    chapters: [
      { start_time: 0, end_time: 30.5, title: 'The tide' },
      { start_time: 30.5, end_time: 61, title: 'The stone' },
    ],
    subtitles: {
      'en-eEY6OEpapPo': formats('lang=en'),
      live_chat: [{ ext: 'json', url: `${origin}/live_chat`, protocol: 'youtube_live_chat' }],
    },
    automatic_captions: {
      'en-orig': formats('kind=asr&lang=en'),
      en: formats('kind=asr&lang=en'),
      de: formats('kind=asr&lang=en&tlang=de'),
    },
  };
};
