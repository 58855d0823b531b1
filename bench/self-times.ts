import { readFile } from 'node:fs/promises';

/**
 * Where a profiled process spent its time: `node bench/self-times.ts x.cpuprofile`. Self time by
 * package or file, and by function; idle time and the profiler itself are left out.
 */
type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

const MOST = 45;
const [file = '', fromMs = '0', untilMs = 'Infinity'] = process.argv.slice(2);
const profile: Profile = JSON.parse(await readFile(file, 'utf8'));
const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
const byPlace = new Map<string, number>();
const byFunction = new Map<string, number>();
let total = 0;
let atMs = 0;
for (const [index, id] of profile.samples.entries()) {
  const frame = frames.get(id);
  const ms = (profile.timeDeltas[index] ?? 0) / 1_000;
  atMs += ms;
  if (
    !frame ||
    frame.functionName === '(idle)' ||
    atMs < Number(fromMs) ||
    atMs > Number(untilMs)
  ) {
    continue;
  }
  const place = placeOf(frame.url) || frame.functionName;
  total += ms;
  add(byPlace, place, ms);
  add(byFunction, `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`, ms);
}
console.log(`${total.toFixed(0)} ms in all`);
print(byPlace);
console.log();
print(byFunction);

function placeOf(url: string): string {
  const module = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)/.exec(url)?.[1];
  return module ?? url.replace(/^.*\/(?=(src|bench)\/)/, '');
}

function add(times: Map<string, number>, key: string, ms: number): void {
  times.set(key, (times.get(key) ?? 0) + ms);
}

function print(times: Map<string, number>): void {
  const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  for (const [key, ms] of sorted) {
    console.log(
      `${((100 * ms) / total).toFixed(1).padStart(6)} %  ${ms.toFixed(0).padStart(7)} ms  ${key}`,
    );
  }
}
