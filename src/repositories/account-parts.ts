import { and, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import {
  batches,
  conversations,
  idempotencyKeys,
  jobFileParts,
  jobFiles,
  jobs,
  llmRequests,
  mediaFiles,
  mediaSources,
  searchQueries,
  templates,
  terms,
  transcriptionResults,
  transcriptRevisions,
  transcripts,
} from '../db/schema/index.ts';
import { DELETE_ACCOUNT } from './job-values.ts';

/** `size`: how many rows one statement deletes; with all that goes with them, it takes a second or two. */
type AccountPart = { table: PgTable; size: number; of: (userId: string) => SQL | undefined };

/**
 * What an account is made of, in the order in which it is taken apart: jobs first, so that none works
 * on what goes, and what points at something before that. What is not here belongs to something that
 * is, or is little.
 */
export const ACCOUNT_PARTS: readonly AccountPart[] = [
  { table: jobFileParts, size: 200, of: ofFiles },
  { table: jobs, size: 500, of: ofJobs },
  ownedPart(batches, 100),
  ownedPart(llmRequests, 1_000),
  ownedPart(conversations, 20),
  ownedPart(searchQueries, 500),
  // A transcript may have many, each with all of its segments. The current one goes with it.
  { table: transcriptRevisions, size: 5, of: ofOldRevisions },
  ownedPart(transcripts, 5),
  ownedPart(transcriptionResults, 50),
  ownedPart(mediaFiles, 500),
  ownedPart(mediaSources, 1_000),
  ownedPart(templates, 1_000),
  ownedPart(idempotencyKeys, 1_000),
  ownedPart(terms, 5_000),
];

function ownedPart(table: PgTable & { userId: AnyPgColumn }, size: number): AccountPart {
  return { table, size, of: (userId) => eq(table.userId, userId) };
}

function ofFiles(userId: string): SQL {
  return sql`${jobFileParts.fileId} in (
    select ${jobFiles.id} from ${jobFiles} where ${jobFiles.userId} = ${userId})`;
}

/** All jobs of a user but that which deletes the account. */
export function ofJobs(userId: string): SQL | undefined {
  return and(eq(jobs.userId, userId), ne(jobs.type, DELETE_ACCOUNT));
}

function ofOldRevisions(userId: string): SQL | undefined {
  return and(
    eq(transcriptRevisions.userId, userId),
    sql`not exists (select from ${transcripts}
      where ${transcripts.id} = ${transcriptRevisions.transcriptId}
        and ${transcripts.currentRevisionId} = ${transcriptRevisions.id})`,
  );
}
