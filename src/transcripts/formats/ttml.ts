import { type Cue, checkCount, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { withoutBlankLines } from '../text-lines.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { createWarnings } from '../warnings.ts';
import { languageTag } from './language.ts';
import { evenSpaces } from './spaces.ts';
import { createAgents } from './ttml-agents.ts';
import { EVERYTHING, type Interval, intervalOf } from './ttml-intervals.ts';
import { readRates } from './ttml-times.ts';
import { localAttribute, visitXml } from './xml-events.ts';

/** Text that is shown together. */
type Run = { interval: Interval; speaker: string | null; line: number; text: string };

/** An element that is open; `run` takes its text, and is undefined where text is no caption. */
type Open = {
  name: string;
  interval: Interval;
  speaker: string | null;
  preserve: boolean;
  run: Run | undefined;
};

const TIMED = new Set(['body', 'div', 'p', 'span']);
// What is in anything else, such as an `<i>` that TTML does not have, is shown.
const NOT_SHOWN = new Set(['metadata', 'title', 'desc', 'copyright', 'agent', 'name']);

/** An end that nothing tells is the next start; how long the last one lasts is unknown. */
const toCues = (runs: readonly Run[]): Cue[] =>
  runs.map(({ interval, speaker, line, text }, index) => {
    const { startMs } = interval;
    const next = runs[index + 1]?.interval.startMs ?? startMs;
    const endMs = interval.endMs ?? Math.max(startMs, next);
    return {
      line,
      segment: {
        startMs,
        endMs,
        speaker,
        text,
        words: null,
        confidence: null,
      },
    };
  });

/**
 * Reads TTML and DFXP (https://www.w3.org/TR/ttml1/). A paragraph is a segment; so is a span with
 * times or with a speaker of its own. Speakers are the names of `ttm:agent`.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line.
 */
export function* readTtml(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const agents = createAgents();
  const runs: Run[] = [];
  const path: Open[] = [];
  let language: string | undefined;
  let rates = readRates(() => undefined);

  yield* visitXml(text, {
    open(element, line) {
      const { name } = element;
      const parent = path.at(-1);
      if (!parent) {
        if (name !== 'tt')
          throw unreadableLine(line, `expected TTML in <tt>, found ${quoted(name)}`);
        rates = readRates((attribute) => localAttribute(element, attribute));
        language = localAttribute(element, 'lang');
      }
      agents.open(element);
      const space = localAttribute(element, 'space');
      const preserve = space === undefined ? (parent?.preserve ?? false) : space === 'preserve';
      const { interval = EVERYTHING, speaker = null, run } = parent ?? {};
      const shown = NOT_SHOWN.has(name) ? undefined : run;
      const open: Open = { name, interval, speaker, preserve, run: shown };
      if (TIMED.has(name)) {
        open.interval = intervalOf(element, interval, rates, line);
        open.speaker = agents.speakerOf(element, speaker);
        const isOwn = name === 'p' || open.interval.timed || open.speaker !== speaker;
        if (name === 'p' || (name === 'span' && run)) {
          open.run =
            run && !isOwn
              ? run
              : { interval: open.interval, speaker: open.speaker, line, text: '' };
          if (open.run !== run) {
            checkCount(runs.length + 1, line);
            runs.push(open.run);
          }
        }
      } else if (name === 'br' && run) {
        run.text += '\n';
      }
      path.push(open);
    },
    text(part) {
      agents.text(part);
      const open = path.at(-1);
      if (open?.run) open.run.text += open.preserve ? part : evenSpaces(part);
    },
    close() {
      const open = path.pop();
      agents.close(open?.name ?? '');
      const run = open?.run;
      if (run && run !== path.at(-1)?.run) run.text = withoutBlankLines(run.text);
    },
  });
  const said = runs.filter((run) => run.text !== '');
  return yield* collect('ttml', languageTag(language), toCues(said), warnings);
}
