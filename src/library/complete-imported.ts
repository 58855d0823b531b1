import type { Repositories } from '../repositories/index.ts';
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
  const { title, youtubeVideoId, channelName } = known;
  const missing = Object.entries({ title, youtubeVideoId, channelName })
    .filter(([, value]) => value === null)
    .map(([name]) => name);
  const news = Object.entries(details).filter(([name]) => missing.includes(name));
  if (source && known.mediaSourceId === null) {
    news.push(['mediaSourceId', (await mediaSources.save(userId, source)).id]);
  }
  const transcript = await transcripts.update(userId, known.id, Object.fromEntries(news));
  return transcript && { transcript, receipt: revision.receipt, created: false };
}
