import type { Repositories } from '../repositories/index.ts';
import type { ExportedSource } from '../schemas/exports.ts';

/**
 * Keeps what a file says about its source. What the file does not know stays as it is known here.
 *
 * @returns the id of the source
 */
export async function saveSource(
  { mediaSources }: Repositories,
  userId: string,
  { kind, externalId, publishedAt, ...facts }: ExportedSource,
): Promise<string> {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const { id } = await mediaSources.save(userId, {
    kind,
    externalId,
    ...Object.fromEntries(known),
    ...(publishedAt === null ? {} : { publishedAt: new Date(publishedAt) }),
  });
  return id;
}
