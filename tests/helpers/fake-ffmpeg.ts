import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** What the programs do: what ffprobe prints, which bytes ffmpeg writes, and how both end. */
export type Performance = {
  probed?: object;
  wav?: string;
  stderr?: string;
  code?: number;
  does?: string;
};

const program = (folder: string) => `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync('${folder}/calls', JSON.stringify([process.pid, ...args]) + '\\n');
const { probed, wav = '', stderr = '', code = 0, does = '' } = JSON.parse(fs.readFileSync('${folder}/performance', 'utf8'));
process.stderr.write(stderr);
process.exitCode = code;
if (__filename.endsWith('ffprobe')) process.stdout.write(JSON.stringify(probed));
else { eval(does); if (code === 0) fs.writeFileSync(args.at(-1).replace('file:', ''), Buffer.from(wav, 'base64')); }
`;

/** Programs that play ffmpeg and ffprobe. They are removed with the test file. */
export async function fakeFfmpeg() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-ffmpeg-'));
  afterAll(() => rm(folder, { recursive: true }));
  for (const name of ['ffmpeg', 'ffprobe']) {
    await writeFile(join(folder, name), program(folder));
    await chmod(join(folder, name), 0o755);
  }
  return {
    path: join(folder, 'ffmpeg'),
    performs: (performance: Performance) =>
      writeFile(join(folder, 'performance'), JSON.stringify(performance)),
    /** The process and the arguments of each run. */
    async calls(): Promise<[pid: number, ...args: string[]][]> {
      const lines = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
      return lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}
