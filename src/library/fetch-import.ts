import { AppError, invalidValue } from '../errors.ts';
import { textOf } from '../providers/captions/json-values.ts';
import { readAnswer } from '../providers/captions/read-answer.ts';
import type { CaptionedVideo, CaptionSource, FetchedCaptions } from '../providers/captions.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import type { MediaSourceValues } from '../repositories/media-sources.ts';
import type { ImportTranscript, UploadTranscript } from '../schemas/transcripts.ts';
import { readInSteps } from '../transcripts/detect.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import { momentUrl } from '../transcripts/youtube.ts';
import { fileDetails } from './file-details.ts';
import { type ImportLink, readImportLink } from './import-link.ts';
import { type ReadImport, readDetails, readImport, titleOf } from './read-import.ts';

export type FetchDependencies = {
  captions: CaptionSource;
  publicFetch: PublicFetch;
  settings: { allowUrlImport: boolean; defaultLanguage: string };
};

/** A transcript that was read or fetched, with what is said about it. */
export type FetchedImport = ReadImport & { madeBy: 'import' | 'fetch' };

/**
 * Reads what a caller wants to import, and fetches it where it is a link. Nothing is stored yet.
 *
 * @param signal gives it up
 * @throws AppError as `readImport` and `fetchImport`
 */
export async function readOrFetchImport(
  dependencies: FetchDependencies,
  body: ImportTranscript | UploadTranscript,
  signal: AbortSignal,
): Promise<FetchedImport> {
  checkImport(body);
  if ('file' in body || body.url === undefined) {
    return { ...(await readImport(body, signal)), madeBy: 'import' };
  }
  const { url } = body;
  return fetchImport(dependencies, { ...body, url }, signal);
}

/**
 * Checks what a caller says about an import, as far as that can be done without reading its content
 * or fetching it.
 *
 * @throws AppError `validation_failed`
 */
export function checkImport(body: ImportTranscript | UploadTranscript): void {
  readDetails(body);
  if ('file' in body) return;
  const { text, segments, url, languages } = body;
  if ([text, segments, url].filter((value) => value !== undefined).length !== 1) {
    throw invalidValue('/text', 'exactly one of `text`, `segments` and `url` is needed');
  }
  if (url !== undefined) readImportLink({ ...body, url });
  else if (languages !== undefined) throw invalidValue('/languages', 'is for links to videos');
}

/**
 * Fetches what a link leads to: the captions of a YouTube video, or, where the server allows it, a
 * file in any format that is read. What the caller says about it goes before what the source says.
 *
 * @param signal gives the fetch up
 * @throws AppError `validation_failed`, `url_not_allowed`, and what `CaptionSource` and
 * `PublicFetch` throw
 */
async function fetchImport(
  dependencies: FetchDependencies,
  body: ImportTranscript & { url: string },
  signal: AbortSignal,
): Promise<FetchedImport> {
  const link = readImportLink(body);
  return 'youtubeVideoId' in link
    ? fetchVideo(dependencies, body, link, signal)
    : fetchFile(dependencies, body, link, signal);
}

async function fetchVideo(
  { captions, settings }: FetchDependencies,
  body: ImportTranscript,
  { youtubeVideoId }: Extract<ImportLink, { youtubeVideoId: string }>,
  signal: AbortSignal,
): Promise<FetchedImport> {
  const asked = body.languages ?? (body.language === undefined ? undefined : [body.language]);
  const fetched = await captions.fetchCaptions({
    youtubeVideoId,
    languages: asked ?? [settings.defaultLanguage],
    orElseOriginal: asked === undefined,
    signal,
  });
  const { title, channelName, chapters, durationSeconds } = fetched.video;
  const source = sourceOf(youtubeVideoId, fetched.video);
  const known = {
    ...(title === null ? {} : { title }),
    ...(channelName === null ? {} : { channelName }),
    ...(chapters.length === 0 ? {} : { chapters }),
    ...(durationSeconds === null ? {} : { duration: durationSeconds }),
  };
  return {
    parsed: await readCaptions(fetched, signal),
    details: readDetails({ ...known, ...body, youtubeVideoId, source }),
    madeBy: 'fetch',
  };
}

/** What is not known this time stays as it is, so it is left out. */
function sourceOf(externalId: string, video: CaptionedVideo): MediaSourceValues {
  const { title, channelName: channel, durationSeconds, publishedAt, description } = video;
  return {
    kind: 'youtube',
    externalId,
    url: momentUrl(externalId, null, null),
    ...(title === null ? {} : { title }),
    ...(channel === null ? {} : { channel }),
    ...(durationSeconds === null ? {} : { durationSeconds }),
    ...(publishedAt === null ? {} : { publishedAt }),
    ...(description === null ? {} : { description }),
  };
}

async function readCaptions(
  { body, format, language, trackKind }: FetchedCaptions,
  signal: AbortSignal,
): Promise<ParsedTranscript> {
  try {
    return { ...(await inSlices(readInSteps(body, format, { trackKind }), signal)), language };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    // The caller did not write them, and cannot mend them.
    throw new AppError('source_unreadable', `The captions of the video: ${cause.message}`, {
      cause,
    });
  }
}

async function fetchFile(
  { publicFetch, settings }: FetchDependencies,
  body: ImportTranscript,
  { url }: Extract<ImportLink, { url: string }>,
  signal: AbortSignal,
): Promise<FetchedImport> {
  if (!settings.allowUrlImport) {
    throw new AppError(
      'url_not_allowed',
      'Only links to YouTube videos are fetched. Whoever runs this server can allow others with ALLOW_URL_IMPORT=true.',
    );
  }
  const answer = await publicFetch(url, { signal });
  const parsed = await inSlices(readInSteps(readAnswer(answer), body.format, body), signal);
  const title = titleOf(fileNameOf(answer.url));
  const said = { ...(title ? { title } : {}), ...fileDetails(parsed), ...body };
  return { parsed, details: readDetails(said), madeBy: 'fetch' };
}

/** The last part of the path, as a person would read it. */
function fileNameOf(url: string): string {
  const part = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return textOf(decodeURIComponent(part), 255) ?? '';
  } catch {
    // Escapes that are no UTF-8 are no name.
    return '';
  }
}
