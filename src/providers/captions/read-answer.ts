import { isUtf8 } from 'node:buffer';
import { AppError } from '../../errors.ts';
import type { SourceAnswer } from '../public-fetch.ts';

const REFUSALS = new Set([401, 403, 407, 429, 451]);
/** Where a page would begin; some begin with comments or empty lines. */
const HEAD_BYTES = 2_000;
const PAGE = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const CHALLENGE = /unusual traffic|recaptcha|consent\.(?:youtube|google)\.com|\/sorry\//i;

/**
 * The body of an answer that succeeded: never empty, and never a page. YouTube answers 200 with
 * nothing, or with a page that asks for consent, where it does not want to answer.
 *
 * @throws AppError `source_blocked` or `source_unreadable`
 */
export function readAnswer({ status, mediaType, body }: SourceAnswer): Uint8Array {
  if (REFUSALS.has(status)) {
    throw new AppError('source_blocked', `The source refuses to answer this server (${status}).`);
  }
  if (status < 200 || status > 299) {
    throw new AppError('source_unreadable', `The source answered with the status ${status}.`);
  }
  const head = Buffer.from(body.subarray(0, HEAD_BYTES))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (head.trim() === '' && (body.length <= HEAD_BYTES || isBlank(body))) {
    throw new AppError('source_unreadable', 'The source answered with nothing.');
  }
  if (mediaType === 'text/html' || mediaType === 'application/xhtml+xml' || PAGE.test(head)) {
    throw CHALLENGE.test(Buffer.from(body).toString('latin1'))
      ? new AppError('source_blocked', 'The source wants to see a person first.')
      : new AppError('source_unreadable', 'The source answered with a web page.');
  }
  return body;
}

/**
 * The JSON of an answer that succeeded.
 *
 * @throws AppError as `readAnswer`, and `source_unreadable` for what is no JSON or was cut off
 */
export function readJsonAnswer(answer: SourceAnswer): unknown {
  return parseJson(readAnswer(answer));
}

/** @throws AppError `source_unreadable` for what is no JSON or was cut off */
export function parseJson(body: Uint8Array): unknown {
  try {
    if (!isUtf8(body)) throw new Error('not UTF-8');
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    throw new AppError('source_unreadable', 'The source answered with broken JSON.', { cause });
  }
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
