import { MAX_MS } from '../limits.ts';

/** How a document counts frames and ticks, per second. */
export type TtmlRates = { frameRate: number; subFrameRate: number; tickRate: number };

const CLOCK = /^(\d{2,4}):(\d{2}):(\d{2})(?:\.(\d{1,15})|:(\d{1,4})(?:\.(\d{1,4}))?)?$/;
const OFFSET = /^(\d{1,15}(?:\.\d{1,15})?)(h|m|s|ms|f|t)$/;

const positive = (value: string | undefined): number | undefined => {
  const number = /^\d{1,12}$/.test(value?.trim() ?? '') ? Number(value) : 0;
  return number > 0 ? number : undefined;
};

/**
 * The rates of a document, with the defaults of TTML1 (https://www.w3.org/TR/ttml1/#parameter).
 *
 * @param attribute Reads an attribute of the root element by its local name. The multiplier is
 * `1000 1001`, and `1000:1001` in older files.
 */
export const readRates = (attribute: (name: string) => string | undefined): TtmlRates => {
  const given = positive(attribute('frameRate'));
  const [over, under] = (attribute('frameRateMultiplier') ?? '').trim().split(/[\s:/]+/);
  const frameRate = ((given ?? 30) * (positive(over) ?? 1)) / (positive(under) ?? 1);
  const subFrameRate = positive(attribute('subFrameRate')) ?? 1;
  const ticksOfFrames = given === undefined ? 1 : frameRate * subFrameRate;
  return { frameRate, subFrameRate, tickRate: positive(attribute('tickRate')) ?? ticksOfFrames };
};

/**
 * Reads a time expression of TTML1 (https://www.w3.org/TR/ttml1/#timing): `hh:mm:ss.fff`,
 * `hh:mm:ss:frames`, or a number with one of the units h, m, s, ms, f (frames) and t (ticks).
 *
 * @returns Milliseconds, or undefined when this is no time, or one that cannot be stored.
 */
export const parseTtmlTime = (text: string, rates: TtmlRates): number | undefined => {
  const ms = toMs(text.trim(), rates);
  return ms !== undefined && ms <= MAX_MS ? Math.round(ms) : undefined;
};

const toMs = (text: string, { frameRate, subFrameRate, tickRate }: TtmlRates) => {
  const offset = OFFSET.exec(text);
  if (offset) {
    const units = {
      h: 3_600_000,
      m: 60_000,
      s: 1_000,
      ms: 1,
      f: 1_000 / frameRate,
      t: 1_000 / tickRate,
    };
    const unit = Object.entries(units).find(([name]) => name === offset[2]);
    return Number(offset[1]) * (unit?.[1] ?? 1);
  }
  const clock = CLOCK.exec(text);
  if (!clock) return undefined;
  const [, hours, minutes, seconds, fraction = '0', frames = '0', subFrames = '0'] = clock;
  if (Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const counted = (Number(frames) + Number(subFrames) / subFrameRate) / frameRate;
  return (whole + Number(`0.${fraction}`) + counted) * 1_000;
};
