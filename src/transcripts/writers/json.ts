import type { ExportDocument, ExportHeader } from '../../schemas/exports.ts';
import type { Recognition, Segment, Word } from '../../schemas/segments.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

/** In the order of the schema: a database may keep the members of a JSON value in any order. */
const toWord = ({ text, startMs, endMs, confidence, speaker }: Word): Word => ({
  text,
  startMs,
  endMs,
  confidence,
  ...(speaker === undefined ? {} : { speaker }),
});

const toRecognition = ({ avgLogprob, noSpeechProb }: Recognition): Recognition => ({
  ...(avgLogprob === undefined ? {} : { avgLogprob }),
  ...(noSpeechProb === undefined ? {} : { noSpeechProb }),
});

const toSegment = (segment: Segment): Segment => {
  const { startMs, endMs, speaker, text, words, confidence, recognition } = segment;
  return {
    startMs,
    endMs,
    speaker,
    text,
    words: words?.map(toWord) ?? null,
    confidence,
    ...(recognition ? { recognition: toRecognition(recognition) } : {}),
  };
};

const toHeader = ({ transcript, source, revision }: ExportHeader): object => {
  const { title, youtubeVideoId, channelName, language, duration, metadata } = transcript;
  const chapters = transcript.chapters.map(({ startMs, title: name }) => ({
    startMs,
    title: name,
  }));
  const known: Pick<ExportDocument, 'format' | 'version'> & ExportHeader = {
    format: 'parley',
    version: 2,
    transcript: { title, youtubeVideoId, channelName, language, duration, metadata, chapters },
    source: source && {
      kind: source.kind,
      externalId: source.externalId,
      title: source.title,
      channel: source.channel,
      ...(source.description ? { description: source.description } : {}),
      url: source.url,
      publishedAt: source.publishedAt,
      durationSeconds: source.durationSeconds,
    },
    revision: { number: revision.number, format: revision.format, trackKind: revision.trackKind },
  };
  return known;
};

/**
 * Writes Parley's own lossless document, readable by people and by `formats/json.ts`. Each segment
 * has a line, so that two files can be compared, and one can be read a line at a time.
 */
export const createJsonWriter = (header: ExportHeader): TranscriptWriter => ({
  begin: () =>
    `${JSON.stringify(toHeader(header), null, 2).slice(0, -'\n}'.length)},\n  "segments": [`,
  segment: (segment, index) =>
    `${index === 0 ? '' : ','}\n    ${JSON.stringify(toSegment(segment))}`,
  end: () => '\n  ]\n}\n',
});
