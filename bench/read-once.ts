/**
 * Reads one file in a process of its own: `node bench/read-once.ts reader format file`, or with the
 * name of a limit instead of `reader`. Prints how long it took, and how far its memory rose above
 * what it was with the text loaded.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { detectFormat, readTranscript } from '../src/transcripts/detect.ts';
import { atOnce } from '../src/transcripts/steps.ts';

const [side = '', format = '', file = ''] = process.argv.slice(2);
const KIB = 1_024;

const readers: Record<string, () => unknown> = {
  reader: () => {
    const found = atOnce(detectFormat(text));
    if (found !== format) throw new Error(`${found} was detected, and not ${format}`);
    return readTranscript(text).segments.length;
  },
  'JSON.parse': () => Object.keys(JSON.parse(text)).length,
  'line scan': () => {
    const decoded = new TextDecoder().decode(bytes);
    let lines = 0;
    for (let at = decoded.indexOf('\n'); at !== -1; at = decoded.indexOf('\n', at + 1)) lines += 1;
    return lines;
  },
};

const bytes = side === 'line scan' ? readFileSync(file) : undefined;
const text = bytes ? '' : readFileSync(file, 'latin1');
globalThis.gc?.();
// Linux forgets the peak so far, which was the file beside the text.
if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
const before = process.resourceUsage().maxRSS;
const cpu = process.cpuUsage();
const startedAt = performance.now();
const result = readers[side]?.();
const ms = performance.now() - startedAt;
const used = process.cpuUsage(cpu);
const mib = (process.resourceUsage().maxRSS - before) / KIB;
console.log(JSON.stringify({ ms, cpuMs: (used.user + used.system) / 1_000, mib, result }));
