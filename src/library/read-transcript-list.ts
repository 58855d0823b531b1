import { invalidValue } from '../errors.ts';
import type { TranscriptListRequest } from '../repositories/transcript-list.ts';
import { readMetadataFilter } from '../retrieval/metadata-filter.ts';
import { readMoment } from '../retrieval/read-moment.ts';
import type { MetadataFilter } from '../schemas/metadata-filter.ts';
import type { TranscriptListQuery } from '../schemas/transcript-list.ts';
import { readVideoId } from './video-id.ts';

const QUERY = '/querystring';

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
