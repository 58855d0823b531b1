import type { Segment } from '../../schemas/segments.ts';
import { collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings } from '../warnings.ts';
import { createCues, readElements } from './json-elements.ts';
import { isFiniteNumber, readSeconds } from './json-fields.ts';
import { createShape } from './json-shape.ts';
import { createUtteranceReader } from './json-utterance.ts';
import { isRecord } from './json-values.ts';
import { type Wanted, walkJson } from './json-walk.ts';
import { languageTag } from './language.ts';
import { createWordGroups } from './word-groups.ts';

const EXPECTED =
  'expected Deepgram JSON: an object with a list "results.utterances", or "words" in "results.channels", of {"start": 1.5, "end": 4, …}';

const readUtterance = createUtteranceReader(readSeconds, 'transcript');

/** Gathers segments with their channels: each of several channels is somebody else. */
const createChannelCues = () => {
  const { cues, add } = createCues();
  const channels: number[] = [];
  return {
    cues,
    add(segment: Segment, channel: number): void {
      add(segment);
      channels.push(channel);
    },
    nameChannels(): void {
      if (channels.every((channel) => channel === channels[0])) return;
      for (const [index, { segment }] of cues.entries()) {
        const name = `Channel ${channels[index]}`;
        segment.speaker = segment.speaker === null ? name : `${name}, ${segment.speaker}`;
      }
    },
  };
};

/**
 * Reads an answer of Deepgram (https://developers.deepgram.com/reference): its utterances, where it
 * was asked for them, else the words of the first alternative of each channel. Times are seconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the index.
 */
export function* readDeepgram(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { cues, add, nameChannels } = createChannelCues();
  let channel = 0;
  const groups = createWordGroups(readSeconds, warnings, (segment) => add(segment, channel));
  let language: string | null = null;
  const readLanguage = (value: unknown): void => {
    language ??= languageTag(Array.isArray(value) ? value[0] : value);
  };
  const utterances = readElements(text, '/results/utterances', (value, fail) => {
    const own = isRecord(value) && isFiniteNumber(value.channel) ? value.channel : 0;
    add(readUtterance(value, fail, warnings), own);
  });
  const results = yield* createShape(text).inside('results');
  const hasUtterances = results !== undefined && (yield* results.isFilled('utterances'));
  const alternative = (index: number): Wanted => {
    if (index > 0) return undefined;
    const pointer = `/results/channels/${channel}/alternatives/0/words`;
    const words = hasUtterances ? undefined : readElements(text, pointer, groups.add);
    return { members: { words, languages: { value: readLanguage } } };
  };
  const inChannel = (index: number): Wanted => {
    groups.flush();
    channel = index;
    return {
      members: {
        detected_language: { value: readLanguage },
        alternatives: { within: alternative },
      },
    };
  };
  const members = {
    channels: { within: inChannel },
    ...(hasUtterances ? { utterances } : {}),
  };
  yield* walkJson(text, { members: { results: { members } } });
  groups.flush();
  if (cues.length === 0) throw unreadableLine(1, EXPECTED);
  nameChannels();
  return yield* collect('deepgram', language, cues, warnings);
}
