import type { Repositories } from '../repositories/index.ts';
import type { TranscriptSummary, TranscriptValues } from '../repositories/transcripts.ts';
import type { ImportDetails, ImportResult } from './import-transcript.ts';

/** The transcript that the user made of this content, if there is one; what it lacked is filled in. */
export async function completeImported(
  { mediaSources, transcripts, transcriptRevisions }: Repositories,
  userId: string,
  contentHash: string,
  { source, ...details }: ImportDetails,
): Promise<ImportResult | undefined> {
  const revision = await transcriptRevisions.getImported(userId, contentHash);
  const known = revision && (await transcripts.getById(userId, revision.transcriptId));
  if (!known) return undefined;
  const news: Partial<TranscriptValues> = {};
  for (const [name, value] of Object.entries(details)) {
    if (isMissing(known, name)) Object.assign(news, { [name]: value });
  }
  if (source && known.mediaSourceId === null) {
    news.mediaSourceId = (await mediaSources.save(userId, source)).id;
  }
  const transcript = await transcripts.update(userId, known.id, news);
  return transcript && { transcript, receipt: revision.receipt, created: false };
}

/** Whether nothing is known of it yet: no title, no chapters, no metadata. */
function isMissing(known: TranscriptSummary, name: string): boolean {
  // Not its language: the text has been indexed in the one that it was taken for.
  const { title, youtubeVideoId, channelName, duration, chapters, metadata } = known;
  const values = { title, youtubeVideoId, channelName, duration, chapters, metadata };
  const value = Object.entries(values).find(([key]) => key === name)?.[1];
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
