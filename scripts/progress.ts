/** How often a line is written where there is no terminal to write it over, in ms. */
const LINE_EVERY_MS = 5_000;

/** Tells on the terminal how far a long work is: what is done, how fast, and how long it still takes. */
export function createProgress(unit: string, out: NodeJS.WriteStream = process.stderr) {
  let begun: { at: number; done: number } | undefined;
  let lastLineAt = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  return { show, say, end };

  /** A new step, from which on the rate is measured anew. */
  function say(step: string): void {
    end();
    begun = undefined;
    lastLineAt = Number.NEGATIVE_INFINITY;
    out.write(`${step} …\n`);
  }

  function show(done: number, total: number): void {
    const now = performance.now();
    begun ??= { at: now, done };
    const seconds = (now - begun.at) / 1_000;
    const rate = seconds > 0 ? (done - begun.done) / seconds : 0;
    const rest = rate > 0 ? `, ${rate.toFixed(0)}/s, ${duration((total - done) / rate)} left` : '';
    const line = `${number(done)} of ${number(total)} ${unit}${rest}`;
    if (out.isTTY) {
      out.write(`\r\u001b[K${line}`);
      isOpen = true;
    } else if (done >= total || now - lastLineAt >= LINE_EVERY_MS) {
      out.write(`${line}\n`);
      lastLineAt = now;
    }
  }

  function end(): void {
    if (isOpen) out.write('\n');
    isOpen = false;
  }
}

const number = (value: number) => value.toLocaleString('en');

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
