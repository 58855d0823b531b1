import type { MediaSourceValues } from '../repositories/media-sources.ts';
import type { ExportedSource } from '../schemas/exports.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';

/** What a file says about its recording. */
export function fileDetails({ details = {} }: ParsedTranscript) {
  const { source, ...rest } = details;
  return { ...rest, ...(source ? { source: toSource(source) } : {}) };
}

/** What the file does not know is left out, so that it stays as it is known here. */
function toSource({ kind, externalId, publishedAt, ...facts }: ExportedSource): MediaSourceValues {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return {
    kind,
    externalId,
    ...Object.fromEntries(known),
    ...(publishedAt === null ? {} : { publishedAt: new Date(publishedAt) }),
  };
}
