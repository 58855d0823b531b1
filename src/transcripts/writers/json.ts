import type { ExportDocument, ExportedTranscript } from '../../schemas/exports.ts';
import type { Segment } from '../../schemas/segments.ts';

/** Writes Parley's own lossless document, readable by people and by `formats/json.ts`. */
export const writeJson = (transcript: ExportedTranscript, segments: readonly Segment[]): string => {
  const { title, youtubeVideoId, channelName, language, duration } = transcript;
  const document: ExportDocument = {
    format: 'parley',
    version: 1,
    transcript: { title, youtubeVideoId, channelName, language, duration },
    segments: [...segments],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
