import { invalidValue } from '../errors.ts';
import type { TranscriptListRequest } from '../repositories/transcript-list.ts';
import { readMetadataFilter } from '../retrieval/metadata-filter.ts';
import type { MetadataFilter } from '../schemas/metadata-filter.ts';
import type { TranscriptListQuery } from '../schemas/transcript-list.ts';
import { readVideoId } from './video-id.ts';

const QUERY = '/querystring';

/** PostgreSQL's years begin with 1, and ISO 8601 without a sign ends with 9999. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const END = Date.UTC(10_000, 0);

/**
 * Reads what a caller asks of the list of transcripts: moments, a video by its link, and the filter
 * on the metadata, which comes as JSON.
 *
 * @throws AppError `validation_failed` with the parameter, and for a filter the place in it
 */
export function readTranscriptList(query: TranscriptListQuery): TranscriptListRequest {
  const { createdAfter, createdBefore, publishedAfter, publishedBefore, ...rest } = query;
  const { metadata, youtubeVideoId, ...plain } = rest;
  const moments = Object.entries({ createdAfter, createdBefore, publishedAfter, publishedBefore });
  return {
    ...plain,
    ...Object.fromEntries(
      moments.flatMap(([name, text]) =>
        text === undefined ? [] : [[name, readMoment(text, `${QUERY}/${name}`)]],
      ),
    ),
    ...(youtubeVideoId === undefined
      ? {}
      : { youtubeVideoId: readVideoId(youtubeVideoId, `${QUERY}/youtubeVideoId`) }),
    ...(metadata === undefined ? {} : { metadata: readFilter(metadata) }),
  };
}

/** A moment in UTC, to the millisecond, which is how exactly moments are shown. */
function readMoment(text: string, path: string): Date {
  const moment = new Date(text);
  // A leap second is no date here.
  if (moment.getTime() >= FIRST && moment.getTime() < END) return moment;
  throw invalidValue(path, 'must be a moment in the years 1 to 9999');
}

function readFilter(text: string): MetadataFilter {
  const path = `${QUERY}/metadata`;
  let filter: unknown;
  try {
    filter = JSON.parse(text);
  } catch {
    throw invalidValue(path, 'must be JSON');
  }
  return readMetadataFilter(filter, path);
}
