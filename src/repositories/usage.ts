import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { llmRequests, llmResponses } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { UsageRow } from '../schemas/usage.ts';
import { cutPage, decodeCursor, type Page, type PageRequest, textOf } from './pagination.ts';

export type UsageRepository = ReturnType<typeof createUsageRepository>;

/** What a user has had of models today. */
export type UsedToday = { requests: number; tokens: number; resetsAt: Date };

/** Days in UTC, as `2026-11-21`; both are in it. */
export type Days = { from: string; to: string };

/** The class of the advisory locks on quotas ("pquo" in ASCII); the other half is the user. */
const LOCK = 0x7071756f;

/** The tokens of a call: what its provider counted, or, while nothing has come, what we estimate. */
const PROMPT_TOKENS = sql`case when ${llmResponses.requestId} is null
  then ${llmRequests.promptTokens} else coalesce(${llmResponses.promptTokens}, 0) end`;
const COMPLETION_TOKENS = sql`coalesce(${llmResponses.completionTokens}, 0)`;
const ANSWERED = eq(llmResponses.requestId, llmRequests.id);

/** What models were asked for, added up. */
export function createUsageRepository(db: Database) {
  return { listByDay, measureToday, holdQuota };

  /** By day, model, provider and purpose; the last day first. */
  async function listByDay(
    userId: string,
    { from, to, limit, cursor }: Days & PageRequest,
  ): Promise<Page<UsageRow>> {
    const day = sql`(${llmRequests.createdAt} at time zone 'UTC')::date`;
    const names = sql`${llmRequests.model}, ${llmRequests.provider}, ${llmRequests.purpose}`;
    const rows = await db
      .select({
        day: sql<string>`to_char(${day}, 'YYYY-MM-DD')`,
        model: llmRequests.model,
        provider: llmRequests.provider,
        purpose: llmRequests.purpose,
        requests: count(sql`true`),
        promptTokens: sum(PROMPT_TOKENS),
        completionTokens: sum(COMPLETION_TOKENS),
        audioMs: sum(llmRequests.audioMs),
        costUsd: sum(llmResponses.costUsd),
        unpriced: count(sql`${llmResponses.errorCode} is null and ${llmResponses.costUsd} is null
          and ${llmResponses.requestId} is not null
          and ${llmResponses.finishReason} is distinct from 'cancelled'`),
        failed: count(sql`${llmResponses.errorCode} is not null`),
        unfinished: count(sql`${llmResponses.requestId} is null`),
      })
      .from(llmRequests)
      .leftJoin(llmResponses, ANSWERED)
      .where(
        sql`${llmRequests.userId} = ${userId} and ${llmRequests.createdAt} >= ${startOf(from)}
          and ${llmRequests.createdAt} < ${startOf(to)} + interval '24 hours'
          ${cursor === undefined ? sql`` : sql`and ${afterCursor(cursor)}`}`,
      )
      .groupBy(sql`${day}, ${names}`)
      .orderBy(sql`${day} desc, ${names}`)
      .limit(limit + 1);
    return cutPage(rows, limit, (row) => [row.day, row.model, row.provider, row.purpose]);

    function afterCursor(given: string): SQL {
      const [last, ...place] = decodeCursor(given, 4).map(textOf);
      const at = startOf(dayOf(last));
      const behind = sql.join(
        place.map((name) => sql`${name}::text`),
        sql`, `,
      );
      // The first term is what the index can begin at.
      return sql`${llmRequests.createdAt} < ${at} + interval '24 hours'
        and (${llmRequests.createdAt} < ${at} or (${names}) > (${behind}))`;
    }
  }

  /** What counts for the quotas of today, which ends at `resetsAt`. */
  async function measureToday(userId: string): Promise<UsedToday> {
    const [row] = await db
      .select({
        requests: count(sql`true`),
        tokens: sum(sql`(${PROMPT_TOKENS})::bigint + ${COMPLETION_TOKENS}`),
        endsMs: sql<number>`extract(epoch from
          (date_trunc('day', now() at time zone 'UTC') + interval '1 day') at time zone 'UTC')::float8 * 1000`,
      })
      .from(llmRequests)
      .leftJoin(llmResponses, ANSWERED)
      .where(
        sql`${llmRequests.userId} = ${userId} and ${llmRequests.createdAt} >=
          date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`,
      );
    const { requests = 0, tokens = 0, endsMs = 0 } = row ?? {};
    return { requests, tokens, resetsAt: new Date(endsMs) };
  }

  /** Lets nobody else count or add the user's calls until the transaction ends. */
  async function holdQuota(userId: string): Promise<void> {
    await db.execute(sql`select pg_advisory_xact_lock(${LOCK}, hashtext(${userId}))`);
  }
}

const count = (condition: SQL) => sql<number>`(count(*) filter (where ${condition}))::integer`;
const sum = (value: unknown) => sql<number>`coalesce(sum(${value}), 0)::float8`;

/** The moment at which a day begins in UTC. */
const startOf = (day: string) => sql`(${day}::text::date::timestamp at time zone 'UTC')`;

/** A day in a cursor. @throws AppError `invalid_cursor` */
function dayOf(value: string | undefined): string {
  const at = new Date(/^(19|20)\d\d-\d\d-\d\d$/.test(value ?? '') ? `${value}T00:00:00Z` : '');
  if (Number.isNaN(at.getTime())) throw new AppError('invalid_cursor');
  return at.toISOString().slice(0, 10);
}
