import type { ExportedSource } from '../../schemas/exports.ts';
import { findUnstorable } from '../../storable.ts';
import { unreadableValue } from '../unreadable.ts';
import { isRecord } from './json-values.ts';

/** As deep as a request's body may be. */
const MAX_DEPTH = 32;
const MAX_KEYS = 2_000;

const checkText = (text: string, path: string): void => {
  const unstorable = findUnstorable(text);
  if (unstorable) throw unreadableValue(path, unstorable.message);
};

/**
 * Checks what a file says about a recording as the body of a request is checked: it can be stored,
 * and it is neither too deep nor too wide.
 *
 * @param path The JSON pointer of the value.
 * @throws AppError `unreadable_transcript` with the JSON pointer.
 */
export const checkFileValue = (value: unknown, path: string, depth = 1): void => {
  if (typeof value === 'string') checkText(value, path);
  if (typeof value !== 'object') return;
  if (depth > MAX_DEPTH) throw unreadableValue(path, `it is deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      checkFileValue(item, `${path}/${index}`, depth + 1);
    }
  }
  if (!isRecord(value)) return;
  const members = Object.entries(value);
  if (members.length > MAX_KEYS) throw unreadableValue(path, `it has over ${MAX_KEYS} members`);
  for (const [key, member] of members) {
    checkText(key, path);
    checkFileValue(member, `${path}/${key}`, depth + 1);
  }
};

/** YouTube's own have 11 characters. */
const LONGEST_VIDEO_ID = 20;

/**
 * Checks what a schema cannot tell of a source.
 *
 * @throws AppError `unreadable_transcript` with the JSON pointer.
 */
export const checkSource = ({ kind, externalId, publishedAt }: ExportedSource): void => {
  if (kind === 'youtube' && (externalId?.length ?? 0) > LONGEST_VIDEO_ID) {
    throw unreadableValue('/source/externalId', 'this is no id of a video');
  }
  if (publishedAt !== null && new Date(publishedAt).toJSON() !== publishedAt) {
    throw unreadableValue('/source/publishedAt', 'there is no such time');
  }
};
