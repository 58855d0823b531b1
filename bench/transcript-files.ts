import type { TranscriptFormat } from '../src/schemas/receipts.ts';

const VOCABULARY =
  'we keep what was said with the second in which it was said so that an answer can be checked by anybody who listens to the recording again'.split(
    ' ',
  );
const WORD_MS = 100;

type Spoken = { text: string; startMs: number; endMs: number };

/** A sentence of a talk in which a word is spoken every 100 ms. */
const sentence = (index: number, size: number): Spoken[] =>
  Array.from({ length: size }, (_, at) => {
    const count = index * size + at;
    const word = VOCABULARY[(count * 7 + index) % VOCABULARY.length] ?? '';
    const startMs = count * WORD_MS;
    return { text: at === size - 1 ? `${word}.` : word, startMs, endMs: startMs + WORD_MS };
  });

const textOf = (words: readonly Spoken[]): string => words.map(({ text }) => text).join(' ');
const clock = (ms: number): string =>
  `${Math.floor(ms / 3_600_000)}`.padStart(2, '0') + new Date(ms).toISOString().slice(13, 23);

/** How a format writes a document: what is around its items, and an item of some words. */
type Writer = {
  head: string;
  separator: string;
  tail: string;
  size: number;
  item: (words: readonly Spoken[], startMs: number, endMs: number) => string;
};

const secondWords = (words: readonly Spoken[], name: string, confidence: string) =>
  words.map(({ text, startMs, endMs }) => ({
    [name]: text,
    start: startMs / 1_000,
    end: endMs / 1_000,
    [confidence]: 0.987,
  }));

const whisperLike = (format: string, tail: string, name: string, confidence: string): Writer => ({
  head: `{"text":"","language":"en",${format}"segments":[`,
  separator: ',',
  tail,
  size: 10,
  item: (words, startMs, endMs) =>
    JSON.stringify({
      id: startMs,
      start: startMs / 1_000,
      end: endMs / 1_000,
      text: ` ${textOf(words)}`,
      avg_logprob: -0.25,
      no_speech_prob: 0.01,
      words: secondWords(words, name, confidence),
    }),
});

const millisecondWords = (words: readonly Spoken[]) =>
  words.map(({ text, startMs, endMs }) => ({
    text,
    start: startMs,
    end: endMs,
    confidence: 0.987,
    speaker: 'A',
  }));

const caption = (head: string, arrow: (startMs: number, endMs: number) => string): Writer => ({
  head,
  separator: '\n\n',
  tail: '\n',
  size: 60,
  item: (words, startMs, endMs) => `${arrow(startMs, endMs)}\n${textOf(words)}`,
});

const WRITERS: Record<string, Writer> = {
  srt: caption('', (from, to) => `${clock(from)} --> ${clock(to)}`.replaceAll('.', ',')),
  vtt: caption('WEBVTT\n\n', (from, to) => `${clock(from)} --> ${clock(to)}`),
  text: caption('', (from) => `[${clock(from).slice(0, 8)}]`),
  json3: {
    head: '{"wireMagic":"pb3","events":[{"tStartMs":0,"dDurationMs":1,"id":1},',
    separator: ',',
    tail: ']}',
    size: 10,
    item: (words, tStartMs, endMs) => {
      const segs = words.map(({ text, startMs }, at) => ({
        utf8: at === 0 ? text : ` ${text}`,
        ...(at === 0 ? {} : { tOffsetMs: startMs - tStartMs }),
        acAsrConf: 248,
      }));
      const event = { tStartMs, dDurationMs: endMs - tStartMs + 2_000, wWinId: 1, segs };
      const newline = { tStartMs: endMs - 10, dDurationMs: 10, aAppend: 1, segs: [{ utf8: '\n' }] };
      return `${JSON.stringify(event)},${JSON.stringify(newline)}`;
    },
  },
  srv1: {
    head: '<?xml version="1.0" encoding="utf-8" ?><transcript>',
    separator: '',
    tail: '</transcript>',
    size: 60,
    item: (words, startMs) =>
      `<text start="${startMs / 1_000}" dur="4.5">It&amp;#39;s ${textOf(words)}</text>`,
  },
  srv3: {
    head: '<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><body>',
    separator: '\n',
    tail: '</body></timedtext>',
    size: 10,
    item: (words, startMs) => {
      const spans = words.map(
        (word) => `<s t="${word.startMs - startMs}" ac="248"> ${word.text}</s>`,
      );
      return `<p t="${startMs}" d="4500" w="1">${spans.join('')}</p>`;
    },
  },
  ttml: {
    head: '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>',
    separator: '\n',
    tail: '</div></body></tt>',
    size: 60,
    item: (words, from, to) =>
      `<p begin="${clock(from)}" end="${clock(to)}">${textOf(words.slice(0, 30))}<br/>${textOf(words.slice(30))}</p>`,
  },
  whisper: whisperLike('', ']}', 'word', 'probability'),
  whisperx: whisperLike('', '],"word_segments":[]}', 'word', 'score'),
  openai: whisperLike('"task":"transcribe",', ']}', 'word', 'probability'),
  whisper_cpp: {
    head: '{"result":{"language":"en"},"transcription":[',
    separator: ',',
    tail: ']}',
    size: 10,
    item: (words, from, to) =>
      JSON.stringify({
        timestamps: { from: clock(from), to: clock(to) },
        offsets: { from, to },
        text: ` ${textOf(words)}`,
        tokens: words.map(({ text, startMs, endMs }) => ({
          text: ` ${text}`,
          timestamps: { from: clock(startMs), to: clock(endMs) },
          offsets: { from: startMs, to: endMs },
          id: 50_000,
          p: 0.987,
        })),
      }),
  },
  assemblyai: {
    head: '{"language_code":"en","words":[',
    separator: ',',
    tail: ']}',
    size: 10,
    item: (words) =>
      millisecondWords(words)
        .map((word) => JSON.stringify(word))
        .join(),
  },
  assemblyai_utterances: {
    head: '{"language_code":"en","words":[],"utterances":[',
    separator: ',',
    tail: ']}',
    size: 40,
    item: (words, start, end) =>
      JSON.stringify({
        confidence: 0.95,
        start,
        end,
        text: textOf(words),
        words: millisecondWords(words),
        speaker: 'A',
      }),
  },
  deepgram: {
    head: '{"results":{"channels":[{"alternatives":[{"transcript":"","words":[',
    separator: ',',
    tail: ']}]}]}}',
    size: 10,
    item: (words) =>
      secondWords(words, 'punctuated_word', 'confidence')
        .map((word) => JSON.stringify({ word: word.punctuated_word, ...word, speaker: 0 }))
        .join(),
  },
  segments: {
    head: '{"format":"parley","version":1,"transcript":{"title":null,"youtubeVideoId":null,"channelName":null,"language":"en","duration":null},"segments":[',
    separator: ',',
    tail: ']}',
    size: 10,
    item: (words, startMs, endMs) =>
      JSON.stringify({
        startMs,
        endMs,
        speaker: null,
        text: textOf(words),
        words: words.map((word) => ({ ...word, confidence: 0.987 })),
        confidence: 0.987,
      }),
  },
};

/** The names of the files that can be made; each begins with its format. */
export const FILE_KINDS = Object.keys(WRITERS);

/** The format of a kind of file. */
export const formatOf = (kind: string): TranscriptFormat =>
  kind === 'assemblyai_utterances' ? 'assemblyai' : (kind as TranscriptFormat);

/** Pieces of a file of this kind, of at least `bytes` bytes (ASCII) together. */
export function* createFile(kind: string, bytes: number): Generator<string> {
  const writer = WRITERS[kind];
  if (!writer) throw new Error(`no such kind of file: ${kind}`);
  const { head, separator, tail, size, item } = writer;
  yield head;
  let written = head.length + tail.length;
  for (let index = 0; written < bytes; index += 1) {
    const words = sentence(index, size);
    const text = item(words, words[0]?.startMs ?? 0, words.at(-1)?.endMs ?? 0);
    const piece = index === 0 ? text : separator + text;
    written += piece.length;
    yield piece;
  }
  yield tail;
}
